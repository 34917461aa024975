# Each chore is one command, which Windows can run without make.
.PHONY: demo test lint fix docs bench lock

demo test lint fix docs bench lock:
	python3 tools/dev.py $@
