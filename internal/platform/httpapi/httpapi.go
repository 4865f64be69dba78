// Package httpapi is the edge: one route table, and around each route the same steps.
//
//	patience with bodies ► request id ► log, metrics ► panic guard ► cross-origin guard ► route
//	route: who is it ► may they ► size limit ► idempotency ► handler ► problem or answer
//
// Operations are described by their Go types (OpenAPI comes from them); the webhook,
// files and event streams are plain handlers in the same table.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"cartie/internal/platform/clock"
	"cartie/internal/platform/db"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/telemetry"
)

// Who may call a route: one of these or a permission in the current company.
const (
	Public     ident.Permission = "public"
	SignedIn   ident.Permission = "signed_in"
	Member     ident.Permission = "member"
	SuperAdmin ident.Permission = "super_admin"
)

// Authenticator says who sends a request: errs unauthorized when nobody does.
type Authenticator interface {
	Authenticate(r *http.Request) (ident.Principal, error)
}

// Route is one entry of the route table.
type Route struct {
	ID         string
	Method     string
	Path       string // in ServeMux form: /api/notes/{id}
	Permission ident.Permission
	MaxBody    int64 // bytes; 0 means 1 MiB
	Create     bool  // takes Idempotency-Key
	Plain      bool  // not in the OpenAPI document
	// Stream routes stay open; they are neither timed nor bounded.
	Stream bool
}

// Op describes an operation of the OpenAPI document.
type Op struct {
	ID         string
	Method     string
	Path       string
	Permission ident.Permission
	Summary    string
	Tags       []string
	Status     int // of success; 0 lets the method decide
	MaxBody    int64
	Create     bool
}

// API is the edge under construction, then an http.Handler.
type API struct {
	mux    *http.ServeMux
	huma   huma.API
	routes []Route
	auth   Authenticator
	db     *db.DB
	clock  clock.Clock
	log    *slog.Logger
	root   http.Handler
	proxy  trustedProxies
	open   streams
}

// Config is what the edge needs.
type Config struct {
	Auth    Authenticator
	DB      *db.DB
	Clock   clock.Clock
	Log     *slog.Logger
	Version string
	// Middleware wraps everything, outermost first (metrics).
	Middleware []func(http.Handler) http.Handler
	// TrustedProxies are the addresses or prefixes whose X-Forwarded-For counts.
	TrustedProxies []string
	// Page answers what no route does: the web app.
	Page http.Handler
}

func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = newProblem
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, list ...error) huma.StatusError {
		err := newProblem(status, msg, list...)
		if p, ok := err.(*Problem); ok && p.RequestID == "" && ctx != nil {
			p.RequestID = telemetry.RequestID(ctx.Context())
		}
		return err
	}
}

// New returns an edge without routes.
func New(cfg Config) (*API, error) {
	proxies, err := parseProxies(cfg.TrustedProxies)
	if err != nil {
		return nil, err
	}
	a := &API{mux: http.NewServeMux(), auth: cfg.Auth, db: cfg.DB, clock: cfg.Clock, log: cfg.Log, proxy: proxies}
	hc := huma.DefaultConfig("Cartie", cfg.Version)
	hc.CreateHooks = nil // no $schema links in answers
	hc.OpenAPIPath, hc.DocsPath, hc.SchemasPath = "", "", ""
	hc.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	hc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "cartie_session"},
	}
	hc.Info.Description = "The API of Cartie. Errors are RFC 9457 problems; lists are paged by cursor; " +
		"creates take Idempotency-Key; updates of what people edit take If-Match. " +
		"The company is named by the header Cartie-Workspace, else it is the session's current one."
	a.huma = huma.NewAPI(hc, adapter{a})
	page := cfg.Page
	if page == nil {
		page = http.NotFoundHandler()
	}
	a.mux.Handle("/", page)
	a.mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, r, newProblem(http.StatusNotFound, "There is no such address in the API."))
	})
	a.describe()
	root := http.Handler(a.mux)
	root = crossOrigin(root)
	root = a.guard(root)
	for i := len(cfg.Middleware) - 1; i >= 0; i-- {
		root = cfg.Middleware[i](root)
	}
	a.root = bounded(a.identify(root))
	return a, nil
}

func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.root.ServeHTTP(w, r) }

// Routes returns the route table: what the tenant walk and the smoke test walk.
func (a *API) Routes() []Route { return append([]Route(nil), a.routes...) }

// OpenAPI returns the document of the operations.
func (a *API) OpenAPI() *huma.OpenAPI { return a.huma.OpenAPI() }

// Register adds an operation. Errors of h are turned into problems by their kind.
func Register[I, O any](a *API, op Op, h func(context.Context, *I) (*O, error)) {
	if op.Permission == "" {
		panic("httpapi: " + op.ID + " does not say who may call it")
	}
	ho := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Tags: op.Tags,
		DefaultStatus: op.Status, MaxBodyBytes: -1, // the route limits it
		BodyReadTimeout: patience(max(op.MaxBody, DefaultMaxBody)), // the framework's 5 s is too short for a slow line
		Metadata: map[string]any{metaRoute: Route{
			ID: op.ID, Method: op.Method, Path: op.Path, Permission: op.Permission, MaxBody: op.MaxBody, Create: op.Create,
		}},
	}
	if op.Permission != Public {
		ho.Security = []map[string][]string{{"session": {}}}
		ho.Description = "Needs: " + string(op.Permission) + "."
	}
	huma.Register(a.huma, ho, func(ctx context.Context, in *I) (*O, error) {
		if err := checkTexts(in); err != nil {
			return nil, a.problem(ctx, err)
		}
		out, err := h(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

// Handle adds a plain handler to the route table.
func (a *API) Handle(r Route, h http.Handler) {
	if r.Permission == "" {
		panic("httpapi: " + r.Path + " does not say who may call it")
	}
	r.Plain = true
	a.mount(r, h)
}

// WriteError answers a plain request with the problem of err.
func (a *API) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	writeProblem(w, r, a.problem(r.Context(), err))
}

const metaRoute = "cartie.route"

// adapter mounts the document's operations on the route table.
type adapter struct{ api *API }

func (ad adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	r, ok := op.Metadata[metaRoute].(Route)
	if !ok {
		panic("httpapi: use httpapi.Register for " + op.Path)
	}
	ad.api.mount(r, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		handler(humago.NewContext(op, req, w))
	}))
}

func (ad adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { ad.api.ServeHTTP(w, r) }

// schemaName makes names unique across slices: inbox.Message → InboxMessage.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Name() == "" || t.PkgPath() == "" {
		return name
	}
	if base, arg, ok := strings.Cut(strings.TrimSuffix(t.Name(), "]"), "["); ok && !strings.ContainsAny(arg, ",[]") { // Page[cartie/internal/inbox.Message]
		arg = arg[strings.LastIndex(arg, "/")+1:]
		if pkg, of, ok := strings.Cut(arg, "."); ok {
			return base + qualified(pkg, capital(of))
		}
	}
	pkg := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	if pkg == "httpapi" {
		return name
	}
	return qualified(pkg, name)
}

func qualified(pkg, name string) string {
	if prefix := capital(pkg); !strings.HasPrefix(name, prefix) {
		return prefix + name
	}
	return name
}

func capital(s string) string {
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}
