# vidproc and FramePool. `make help` lists what there is.

SHELL := /bin/bash
PREFIX ?= /usr/local
BINARY := .build/release/vidproc
# The Swift runtime goes into the binary: it starts faster and needs no Swift where it is installed.
RELEASE := -c release --static-swift-stdlib

.DEFAULT_GOAL := help
.PHONY: help setup demo test build lint format bench bench-encode check-filters pictures page-pictures faults hostile codec-table compare-outputs listing install clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | \
	  while IFS='|' read -r name text; do printf '  %-14s %s\n' "$$name" "$$text"; done

setup: ## Install what is missing on this machine (done by the others)
	@Scripts/setup.sh

demo: build ## Build, and process the clips in samples/ into .build/demo, several at a time
	$(BINARY) run samples --filter edges --allow-damaged --output .build/demo --existing replace
	@echo "The outputs are in .build/demo."

test: setup ## Run all tests
	swift build --build-tests
	swift test --skip-build --no-parallel

build: setup ## Build the release binary, .build/release/vidproc
	swift build $(RELEASE) --product vidproc

lint: setup ## Check format, warnings, public interface and start-up
	@Scripts/lint.sh

format: ## Put the sources into the project's format
	swift format --in-place --recursive Sources Tests Examples Package.swift

bench: setup ## Measure the kernels, ffmpeg under xargs beside vidproc, and what a worker costs
	swift build $(RELEASE)
	@.build/release/kernel-bench
	@Scripts/bench.sh

bench-encode: build ## Encode FILES="a b ..." to H.264 with vidproc and with ffmpeg under xargs
	@Scripts/bench-encode.sh $(FILES)

check-filters: setup ## Compare every filter with NumPy and SciPy (from PyPI)
	swift build $(RELEASE) --product filter-raw
	@Scripts/check-filters.sh .build/release/filter-raw

pictures: build ## Make the documentation's pictures of the filters anew
	@Scripts/filter-pictures.sh $(BINARY)

page-pictures: build ## Make the documentation's pictures of the report page anew (needs chromium)
	@Scripts/page-pictures.sh $(BINARY)

faults: build ## Kill workers, hosts and parents at random moments, 50 times each
	Scripts/kill-anything.sh --vidproc $(BINARY) --rounds 50

codec-table: ## Put every kind of sound and subtitles beside a video into every container (ten minutes)
	swift build --build-tests
	FRAMEPOOL_WHOLE_TABLE=1 swift test --skip-build --filter BesideVideoRunTests

compare-outputs: build ## Outputs of FILES="a b …" in five containers, against what ffprobe says of the inputs
	python3 Scripts/compare-outputs.py $(BINARY) $(FILES) --windows --ffmpeg

hostile: build ## Try some 13,000 files with hostile headers in nine ways (an hour)
	swift build -c release --product hostile-media
	@work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && \
	  .build/release/hostile-media "$$work" && Scripts/hostile-headers.sh "$$work" $(BINARY)

listing: build ## List a tree of 100,000 files with links, beside find
	@Scripts/listing.sh $(BINARY)

install: build ## Install binary, manual pages and completions (PREFIX=/usr/local)
	@Scripts/install.sh "$(DESTDIR)$(PREFIX)"

clean: ## Remove everything that was built
	rm -rf .build .build-lint
