"""Singer target for Google Sheets that loses, doubles and misplaces no row."""
