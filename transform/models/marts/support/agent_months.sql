{{ performance('month', by_agent=true) }}
