{{ performance('month', by_agent=false) }}
