package fields

import (
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"cartie/internal/platform/httpapi"
)

// Asked is embedded in the input of a list: the query string as it came.
type Asked struct{ values url.Values }

// Resolve is the framework's hook.
func (a *Asked) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	a.values = u.Query()
	return nil
}

// Values returns the query string, never nil.
func (a *Asked) Values() url.Values { return a.values }

// Describe writes the parameters of an object's list into the document's operation at the
// path; the fields that a company adds work the same way and are told by /api/fields.
func Describe(a *httpapi.API, path string, o Object) {
	item := a.OpenAPI().Paths[path]
	if item == nil || item.Get == nil {
		panic("fields: no list at " + path)
	}
	add := func(name, doc string, schema *huma.Schema) {
		item.Get.Parameters = append(item.Get.Parameters, &huma.Param{Name: name, In: "query", Description: doc, Schema: schema})
	}
	text := &huma.Schema{Type: huma.TypeString}
	many := &huma.Schema{Type: huma.TypeArray, Items: text}
	add("q", "Text to look for", text)
	add("sort", "A field's key, with - before it for the greatest first", text)
	add("limit", "At most 100", &huma.Schema{Type: huma.TypeInteger})
	add("cursor", "The next of the page before", text)
	if !o.Keeps {
		add("deleted", "true: what was deleted", &huma.Schema{Type: huma.TypeBoolean})
	}
	for _, f := range o.Fields {
		if f.CanFilter {
			add(f.Key, describeFilter(f), many)
		}
	}
}

func describeFilter(f Field) string {
	const empty = " - no value, * some value; repeated: any of; ! before it: none of."
	switch f.Type {
	case Number:
		return "A number or a range like 10..20." + empty
	case Money:
		return "An amount in major units of the company's currency, or a range." + empty
	case Date, Instant:
		return "A day like 2026-11-02, today or today-7, or a range." + empty
	case Boolean:
		return "true or false"
	case Ref:
		if f.Ref == "member" {
			return "The id of a member, or me." + empty
		}
		return "The id of a " + f.Ref + "." + empty
	case Select, Multiselect:
		return "A choice." + empty
	}
	return "The text; ~ before it: a piece of it." + empty
}
