"""A stand-in of Google Sheets (API v4) and of the part of Google Drive (API v3) beside it."""
