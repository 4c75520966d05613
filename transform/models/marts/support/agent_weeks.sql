{{ performance('week', by_agent=true) }}
