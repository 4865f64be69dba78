package httpapi

import (
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsPage string

var docsTemplate = template.Must(template.New("docs").Parse(docsPage))

// Component puts a type into the document that no operation names, such as what an
// event stream carries.
func (a *API) Component(v any) {
	a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v), true, "")
}

// describe serves the document and its readable page.
func (a *API) describe() {
	a.Handle(Route{ID: "openapi", Method: "GET", Path: "/api/openapi.json", Permission: Public}, http.HandlerFunc(a.serveDocument))
	a.Handle(Route{ID: "docs", Method: "GET", Path: "/api/docs", Permission: Public}, http.HandlerFunc(a.serveDocs))
}

func (a *API) serveDocument(w http.ResponseWriter, r *http.Request) {
	b, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(b, '\n'))
}

type docsOperation struct {
	ID, Method, Path, Summary, Needs string
	Params                           []docsParam
	Body, Answer                     string
}

type docsParam struct{ Name, In, Type, Doc string }

type docsGroup struct {
	Tag        string
	Operations []docsOperation
}

func (a *API) serveDocs(w http.ResponseWriter, r *http.Request) {
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce)
	n := base64.StdEncoding.EncodeToString(nonce)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+n+"'; base-uri 'none'; frame-ancestors 'none'")
	err := docsTemplate.Execute(w, map[string]any{"Nonce": n, "Version": a.huma.OpenAPI().Info.Version, "Groups": a.docsGroups()})
	if err != nil {
		a.log.WarnContext(r.Context(), "writing the API page", "error", err)
	}
}

func (a *API) docsGroups() []docsGroup {
	doc := a.huma.OpenAPI()
	byTag := map[string][]docsOperation{}
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op == nil {
				continue
			}
			tag := "other"
			if len(op.Tags) > 0 {
				tag = op.Tags[0]
			}
			byTag[tag] = append(byTag[tag], describeOperation(doc, method, path, op))
		}
	}
	var groups []docsGroup
	for tag, ops := range byTag {
		slices.SortFunc(ops, func(x, y docsOperation) int {
			return strings.Compare(x.Path+x.Method, y.Path+y.Method)
		})
		groups = append(groups, docsGroup{tag, ops})
	}
	slices.SortFunc(groups, func(x, y docsGroup) int { return strings.Compare(x.Tag, y.Tag) })
	return groups
}

func describeOperation(doc *huma.OpenAPI, method, path string, op *huma.Operation) docsOperation {
	d := docsOperation{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Needs: op.Description}
	for _, p := range op.Parameters {
		d.Params = append(d.Params, docsParam{p.Name, p.In, typeName(p.Schema), p.Description})
	}
	if op.RequestBody != nil {
		d.Body = contentName(doc, op.RequestBody.Content)
	}
	for status, res := range op.Responses {
		if strings.HasPrefix(status, "2") {
			d.Answer = strings.TrimSpace(status + " " + contentName(doc, res.Content))
		}
	}
	return d
}

// contentName lists the fields of a body: "name string, tags []string".
func contentName(doc *huma.OpenAPI, content map[string]*huma.MediaType) string {
	for _, media := range content {
		s := media.Schema
		if s == nil {
			continue
		}
		if s.Ref != "" {
			if found := doc.Components.Schemas.SchemaFromRef(s.Ref); found != nil {
				s = found
			}
		}
		if len(s.Properties) == 0 {
			return typeName(s)
		}
		var fields []string
		for name, prop := range s.Properties {
			f := name + " " + typeName(prop)
			if !slices.Contains(s.Required, name) {
				f += "?"
			}
			fields = append(fields, f)
		}
		slices.Sort(fields)
		return "{ " + strings.Join(fields, ", ") + " }"
	}
	return ""
}

func typeName(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case s.Type == "array":
		return "[]" + typeName(s.Items)
	case s.Format != "":
		return s.Format
	}
	return s.Type
}
