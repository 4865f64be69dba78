package app

import "cartie/internal/scenario"

// Lead has flows lead chats, with these ports beside the app's own.
func (a *App) Lead(p scenario.Ports) error { return a.lead(p, &lateJobs{client: a.jobs}) }
