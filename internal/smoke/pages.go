package smoke

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const pageLimit = 30 * time.Second

func (w *walker) walkPages(ctx context.Context) error {
	path, err := browser(w.opt.Browser)
	if err != nil {
		return err
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	if os.Geteuid() == 0 {
		flags = append(flags, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(ctx, flags...)
	defer stop()
	tab, closeTab := chromedp.NewContext(alloc)
	defer closeTab()
	if err := chromedp.Run(tab, w.useSession()); err != nil {
		return fmt.Errorf("starting the browser: %w", err)
	}
	for _, route := range w.opt.Pages {
		w.openPage(tab, w.fill(ctx, route))
	}
	return nil
}

// useSession gives the browser the cookies of the signed-in client.
func (w *walker) useSession() chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		u, err := url.Parse(w.opt.URL)
		if err != nil {
			return err
		}
		for _, c := range w.http.Jar.Cookies(u) {
			if err := network.SetCookie(c.Name, c.Value).WithURL(w.opt.URL).WithHTTPOnly(true).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// openPage reports console errors, failed requests and a page without a word on it.
func (w *walker) openPage(tab context.Context, path string) {
	ctx, cancel := context.WithTimeout(tab, pageLimit)
	defer cancel()
	var mu sync.Mutex
	note := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		w.found(path, format, args...)
	}
	listening, stopListening := context.WithCancel(ctx)
	chromedp.ListenTarget(listening, func(ev any) {
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			note("exception: %s", e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.APITypeError {
				var parts []string
				for _, a := range e.Args {
					parts = append(parts, strings.Trim(string(a.Value)+" "+a.Description, " "))
				}
				note("console error: %s", strings.Join(parts, " "))
			}
		case *cdplog.EventEntryAdded:
			// a refused request (4xx) is an answer; 5xx is reported below
			if e.Entry.Level == cdplog.LevelError && e.Entry.Source != cdplog.SourceNetwork {
				note("console error: %s", e.Entry.Text)
			}
		case *network.EventResponseReceived:
			if e.Response.Status >= 500 {
				note("%s answered %d", e.Response.URL, e.Response.Status)
			}
		}
	})
	var text string
	err := chromedp.Run(ctx, network.Enable(), cdplog.Enable(), runtime.Enable(),
		chromedp.Navigate(w.opt.URL+path),
		// a page says something in its main part once it has loaded
		chromedp.Poll(`(document.querySelector('main') ?? document.body).innerText.trim().length > 0`, nil, chromedp.WithPollingTimeout(15*time.Second)),
		chromedp.Evaluate(`document.body.innerText`, &text),
	)
	stopListening()
	if err != nil {
		note("an empty page: %v", err)
	} else if strings.TrimSpace(text) == "" {
		note("an empty page")
	}
}
