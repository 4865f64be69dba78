// Package errs gives every error a kind, decided where the error arises, so that
// one place can turn it into an answer for a person.
//
// An error without a kind is internal: its text is for the log, never for a person.
package errs

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what went wrong in terms a caller can act on.
type Kind string

const (
	KindInternal     Kind = "internal"
	KindInvalid      Kind = "invalid"
	KindNotFound     Kind = "not_found"
	KindConflict     Kind = "conflict"
	KindForbidden    Kind = "forbidden"
	KindUnauthorized Kind = "unauthorized"
	KindLimited      Kind = "limited"
	KindUnavailable  Kind = "unavailable"
	KindTooLarge     Kind = "too_large"
)

// Error is an error with a kind and a sentence that may be shown to a person.
type Error struct {
	Kind       Kind
	Message    string        // one sentence for a person: what happened and what to do
	Field      string        // the input field, for KindInvalid
	Token      string        // stable snake_case code that the web app translates
	RetryAfter time.Duration // for KindLimited and KindUnavailable
	Cause      error
}

func (e *Error) Error() string {
	s := e.Message
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// Code sets the stable code of the sentence, for translation.
func (e *Error) Code(token string) *Error { e.Token = token; return e }

// Because attaches the technical cause; it is logged, never shown.
func (e *Error) Because(err error) *Error { e.Cause = err; return e }

// Invalid reports a bad value in one input field.
func Invalid(field, message string) *Error {
	return &Error{Kind: KindInvalid, Field: field, Message: message}
}

// NotFound reports that what does not exist, or not for this caller: a foreign
// workspace's id is not found.
func NotFound(what string) *Error {
	return &Error{Kind: KindNotFound, Message: "There is no such " + what + ".", Token: "not_found"}
}

// Conflict reports that the state of things refuses the change.
func Conflict(message string) *Error { return &Error{Kind: KindConflict, Message: message} }

// Forbidden reports that the caller lacks the right.
func Forbidden(message string) *Error { return &Error{Kind: KindForbidden, Message: message} }

// Unauthorized reports that nobody is signed in.
func Unauthorized(message string) *Error { return &Error{Kind: KindUnauthorized, Message: message} }

// Limited reports that the caller does this too often.
func Limited(message string, retryAfter time.Duration) *Error {
	return &Error{Kind: KindLimited, Message: message, RetryAfter: retryAfter}
}

// Unavailable reports that something we need does not answer now.
func Unavailable(message string) *Error { return &Error{Kind: KindUnavailable, Message: message} }

// TooLarge reports an input over its size limit.
func TooLarge(message string) *Error { return &Error{Kind: KindTooLarge, Message: message} }

// Wrap says what was being done. It keeps the kind; nil stays nil.
func Wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// KindOf returns the kind of the first Error in the chain, KindInternal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// As returns the first Error in the chain, nil when there is none.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
