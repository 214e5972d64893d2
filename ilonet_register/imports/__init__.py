"""Files that come in: read as a stream, checked before anything is written, staged by COPY, compared in SQL.

What a file holds is said by the app that owns the records (`customers/imports`, `contracts/imports`); here is what all
files share.
"""
