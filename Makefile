# `make demo` opens a working Cartie; `make test` runs everything. Both install what is
# missing where they can (Debian, as root) and say what to install where they cannot.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X cartie/internal/app.Version=$(VERSION)

.PHONY: demo build web test lint check api fmt setup clean

demo: build
	./bin/cartie demo

build: web
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/cartie ./cmd/cartie

web: web/dist/index.html

web/dist/index.html: $(shell find web/src web/public web/index.html web/package-lock.json web/vite.config.ts -type f 2>/dev/null)
	cd web && npm ci --no-audit --no-fund && npm run build

# The API document and the client types made from it; CI fails when they drift.
api:
	$(GO) run ./cmd/cartie openapi > api/openapi.json
	cd web/tools/openapi && npm ci --no-audit --no-fund
	cd web && npm run api

setup:
	./scripts/setup

test: setup
	./scripts/test

lint:
	./scripts/lint

fmt:
	gofmt -w cmd internal tools web/*.go
	cd web && npm run format

clean:
	rm -rf bin web/dist/assets web/dist/index.html
