{{ performance('week', by_agent=false) }}
