package web

import "strings"

// Routes are the addresses of the pages of the React app; `{name}` stands for one segment.
// A web test compares them with the router's own list. Any other address is answered
// with the app as well, so that the visitor sees a page, but with status 404.
var Routes = []string{
	"/",
	"/companies",
	"/companies/{id}",
	"/inbox",
	"/invite/{token}",
	"/login",
	"/profile",
	"/reset/{token}",
	"/roles",
	"/setup/{token}",
	"/signin/{token}",
	"/telegram",
}

// known reports whether path is the address of a page.
func known(path string) bool {
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	for _, route := range Routes {
		if matches(route, path) {
			return true
		}
	}
	return false
}

func matches(route, path string) bool {
	want, have := strings.Split(route, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i, segment := range want {
		if strings.HasPrefix(segment, "{") {
			if have[i] == "" {
				return false
			}
			continue
		}
		if segment != have[i] {
			return false
		}
	}
	return true
}
