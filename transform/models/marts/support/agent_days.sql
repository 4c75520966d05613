{{ performance('day', by_agent=true) }}
