"""The building blocks of the pages, as template tags: `{% load components %}`.

All of them stand on the example page `/components/`, whose template shows how each is called.

| tag | what it makes |
|---|---|
| `{% icon "check" %}` | a small drawing, always beside a word |
| `{% badge word tone %}` | a state in one word: icon, word, tone |
| `{% banner tone title %}…{% endbanner %}` | a fact that changes how the page is used |
| `{% banners list %}` | at most three of them, then "+2 more" |
| `{% pageblock heading … %}…{% endpageblock %}` | heading, one action, body or one grey line |
| `{% foldblock heading answer %}…{% endfoldblock %}` | the same, closed; the summary carries the answer |
| `{% more label %}…{% endmore %}` | the menu of plain buttons "More" |
| `{% field form.name %}` | label, help, error, input, the old value |
| `{% locked label value reason %}` | a field that may not be changed now, and why |
| `{% error_summary form … %}` | all errors on top, each a link to its field |
| `{% off_button label reason %}` | a button that cannot be used now, with the reason |
| `{% timeline events %}` | what happened, newest first |
| `{% diff_table caption differences %}` | now and afterwards, row by row |
| `{% progress label done total %}` | how far long work is |
| `{% steps list %}` | the steps of a task |
| `{% confirm_number form %}` | the typed number and the password of a serious act |
| `{% sealed sealed %}` | a masked value and "Show" |
| `{% once_key %}` | the key that makes a second press harmless |

Filters: `day`, `weekday_and_day`, `clock`, `moment`, `euros`, `phone`; tag `{% span from to %}`.
The person picker and the date are form fields (`office/pickers.py`, `office/dates.py`) and are shown by `{% field %}`.
"""
