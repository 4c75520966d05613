{{ performance('day', by_agent=false) }}
