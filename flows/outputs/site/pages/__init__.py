"""The kinds of pages, one small file each: ``pages(year)`` gives (path, content) pairs."""
