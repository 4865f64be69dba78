package scenario

import (
	"embed"
	"fmt"
	"path"
	"strings"

	"cartie/internal/scenario/engine"
)

// The flows that are built in.
const (
	leadCapture = "lead_capture"
	dealerOffer = "dealer_offer"
)

//go:embed flows/*.json
var flowFiles embed.FS

// builtIn parses the flows of the program, once.
func builtIn() (map[string]*engine.Flow, error) {
	files, err := flowFiles.ReadDir("flows")
	if err != nil {
		return nil, err
	}
	out := map[string]*engine.Flow{}
	for _, file := range files {
		raw, err := flowFiles.ReadFile(path.Join("flows", file.Name()))
		if err != nil {
			return nil, err
		}
		f, err := engine.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("reading the flow %s: %w", file.Name(), err)
		}
		if f.ID+".json" != file.Name() {
			return nil, fmt.Errorf("the flow %s is called %s", strings.TrimSuffix(file.Name(), ".json"), f.ID)
		}
		if err := checkActions(f); err != nil {
			return nil, err
		}
		out[f.ID] = f
	}
	return out, nil
}
