"""Set pages with Typst: fonts that hold every character, PDF and pictures from one source."""
