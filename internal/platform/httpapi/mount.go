package httpapi

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"cartie/internal/platform/errs"
	"cartie/internal/platform/ident"
	"cartie/internal/platform/telemetry"
)

// HeaderWorkspace names the company a request is about.
const HeaderWorkspace = "Cartie-Workspace"

// DefaultMaxBody bounds a request body where the route says nothing, bytes.
const DefaultMaxBody = 1 << 20

func (a *API) mount(route Route, h http.Handler) {
	a.routes = append(a.routes, route)
	if route.MaxBody == 0 {
		route.MaxBody = DefaultMaxBody
	}
	a.mux.HandleFunc(route.Method+" "+route.Path, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(route.Path, "/api/") {
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("X-Content-Type-Options", "nosniff")
		}
		ctx, err := a.authorize(r, route)
		if err != nil {
			a.WriteError(w, r, err)
			return
		}
		r = r.WithContext(ctx)
		if !route.Stream {
			if r.ContentLength > route.MaxBody {
				a.WriteError(w, r, errs.TooLarge(fmt.Sprintf("The request is larger than %d MB.", max(1, route.MaxBody>>20))))
				return
			}
			if route.MaxBody > DefaultMaxBody && r.ContentLength != 0 {
				expect(w, r, route.MaxBody)
			}
			r.Body = http.MaxBytesReader(w, r.Body, route.MaxBody)
		}
		if p, _ := ident.From(ctx); route.Stream && p.UserID != uuid.Nil {
			if !a.open.enter(p.UserID) {
				a.WriteError(w, r, errs.Limited("Too many windows of this person are open. Close some of them.", time.Minute).Code("too_many_streams"))
				return
			}
			defer a.open.leave(p.UserID)
		}
		if key := r.Header.Get("Idempotency-Key"); route.Create && key != "" {
			a.once(w, r, route, key, h)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// authorize decides who sends the request and whether they may.
func (a *API) authorize(r *http.Request, route Route) (context.Context, error) {
	ctx := r.Context()
	if ws := r.PathValue("workspace"); ws != "" && r.Header.Get(HeaderWorkspace) == "" {
		r.Header.Set(HeaderWorkspace, ws) // files: an <img> sends no headers
	}
	if ws := r.URL.Query().Get("workspace"); ws != "" && r.Header.Get(HeaderWorkspace) == "" {
		r.Header.Set(HeaderWorkspace, ws) // event streams send none either
	}
	p, err := ident.Principal{}, error(nil)
	if a.auth != nil {
		p, err = a.auth.Authenticate(r)
	} else if route.Permission != Public {
		err = errs.Unauthorized("Nobody can sign in here.")
	}
	here, _ := ident.From(ctx)
	p.IP, p.RequestID = here.IP, here.RequestID
	if err != nil {
		if route.Permission == Public {
			// nobody, or a broken session: a public page must work all the same
			return ctx, nil
		}
		return nil, err
	}
	ctx = ident.With(ctx, p)
	if p.WorkspaceID != uuid.Nil {
		ctx = telemetry.WithWorkspace(ctx, p.WorkspaceID)
	}
	switch route.Permission {
	case Public, SignedIn:
		return ctx, nil
	case SuperAdmin:
		if !p.SuperAdmin {
			return nil, errs.Forbidden("Only an administrator of the whole installation may do this.").Code("need_super_admin")
		}
		return ctx, nil
	}
	if p.WorkspaceID == uuid.Nil {
		return nil, errs.Forbidden("Choose a company first.").Code("no_company")
	}
	if route.Permission != Member && !p.Can(route.Permission) {
		return nil, errs.Forbidden(fmt.Sprintf("Your role %s lacks the right %s. Ask an owner or administrator of the company.", p.Role, route.Permission)).Code("need_permission")
	}
	return ctx, nil
}

// identify gives each request an id and finds the caller's address.
func (a *API) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := ident.New().String()
		w.Header().Set("X-Request-Id", id)
		ctx := telemetry.WithRequestID(r.Context(), id)
		// who it is comes later; from where is known now
		ctx = ident.With(ctx, ident.Principal{IP: a.proxy.address(r), RequestID: id})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// guard turns a panic into a problem and keeps the process alive.
func (a *API) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			a.log.ErrorContext(r.Context(), "panic in a handler", "route", r.Pattern, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			writeProblem(w, r, newProblem(http.StatusInternalServerError, sentenceInternal))
		}()
		next.ServeHTTP(w, r)
	})
}

func crossOrigin(next http.Handler) http.Handler {
	c := http.NewCrossOriginProtection()
	c.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, r, newProblem(http.StatusForbidden, "This request came from another site and was refused."))
	}))
	return c.Handler(next)
}

// trustedProxies are the hops whose word about the caller's address counts.
type trustedProxies []netip.Prefix

func parseProxies(list []string) (trustedProxies, error) {
	var out trustedProxies
	for _, s := range list {
		if !strings.Contains(s, "/") {
			addr, err := netip.ParseAddr(s)
			if err != nil {
				return nil, errs.Invalid("trusted-proxies", "Not an address: "+s)
			}
			out = append(out, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, errs.Invalid("trusted-proxies", "Not a network: "+s)
		}
		out = append(out, p)
	}
	return out, nil
}

func (t trustedProxies) trusts(addr netip.Addr) bool {
	for _, p := range t {
		if p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

// address walks X-Forwarded-For from the nearest hop to the first that is not trusted.
func (t trustedProxies) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && t.trusts(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next
	}
	return addr.Unmap().String()
}

// Secure reports whether the caller reached us over https, directly or by a trusted proxy.
func (a *API) Secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	addr, err := netip.ParseAddr(host)
	return err == nil && a.proxy.trusts(addr) && r.Header.Get("X-Forwarded-Proto") == "https"
}
