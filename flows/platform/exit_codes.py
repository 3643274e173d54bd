"""The exit statuses of ``yaodian``."""

#: Done (a returned report is no failure); found what it was asked to look for (differences, gaps);
#: wrong use or settings; refused (sealed, locked); our own failure.
DONE, FOUND, WRONG_USE, REFUSED, FAILED = range(5)
