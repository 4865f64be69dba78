package app

import "context"

// SetupURL is the one-time link that makes the first owner; needed is false once there
// is a user.
func (a *App) SetupURL(ctx context.Context) (url string, needed bool, err error) {
	token, needed, err := a.Accounts.SetupLink(ctx)
	if err != nil || !needed {
		return "", false, err
	}
	return a.cfg.BaseURL() + "/setup/" + token, true, nil
}

// ResetURL is a link with which the person sets a new password.
func (a *App) ResetURL(ctx context.Context, email string) (string, error) {
	token, _, err := a.Accounts.ResetLink(ctx, email)
	if err != nil {
		return "", err
	}
	return a.cfg.BaseURL() + "/reset/" + token, nil
}

// SignInURL is a link that signs the person in with one click: the demo only.
func (a *App) SignInURL(ctx context.Context, email string) (string, error) {
	token, err := a.Accounts.SignInLink(ctx, email)
	if err != nil {
		return "", err
	}
	return a.cfg.BaseURL() + "/signin/" + token, nil
}
