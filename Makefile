# Each chore is one command, which Windows can run without make.
.PHONY: demo test lint fix docs bench bench-full lock wheels

demo test lint fix docs bench bench-full lock wheels:
	python3 tools/dev.py $@
