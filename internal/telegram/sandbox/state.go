package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// stateVersion changes when an older state file can no longer be read.
const stateVersion = 1

// state is what the state file holds.
type state struct {
	Version int
	Last    counters
	Bots    []botState
	Users   []User
	Threads []thread
	Files   []blob
	FileSeq int64
}

type botState struct {
	Bot     bot
	Pending []update
}

// saver writes the state some time after a change, never more often.
type saver struct {
	dirty chan struct{}
	mu    sync.Mutex // one write at a time
}

func (v *saver) touch() {
	select {
	case v.dirty <- struct{}{}:
	default:
	}
}

// startSaving loads the state file, if any, and follows changes.
func (s *Server) startSaving() {
	s.saver = &saver{dirty: make(chan struct{}, 1)}
	if s.opt.StateFile == "" {
		return
	}
	if err := s.load(); err != nil {
		s.log.Error("sandbox: state not loaded, starting empty", "file", s.opt.StateFile, "error", err)
		_ = os.Rename(s.opt.StateFile, s.opt.StateFile+".broken")
	}
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		for {
			select {
			case <-s.saver.dirty:
			case <-s.ctx.Done():
				return
			}
			select {
			case <-time.After(s.opt.SaveEvery):
			case <-s.ctx.Done():
				return // Close saves
			}
			if err := s.save(); err != nil {
				s.log.Error("sandbox: state not saved", "file", s.opt.StateFile, "error", err)
			}
		}
	}()
}

// save writes the state beside the old one and renames it into place.
func (s *Server) save() error {
	if s.opt.StateFile == "" {
		return nil
	}
	s.saver.mu.Lock()
	defer s.saver.mu.Unlock()
	raw, err := json.Marshal(s.snapshot())
	if err != nil {
		return fmt.Errorf("sandbox: encode state: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(s.opt.StateFile), 0o700); err != nil {
		return fmt.Errorf("sandbox: state folder: %w", err)
	}
	tmp := s.opt.StateFile + ".tmp"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // it holds tokens
	if err != nil {
		return fmt.Errorf("sandbox: write state: %w", err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("sandbox: write state: %w", err)
	}
	if err := os.Rename(tmp, s.opt.StateFile); err != nil {
		return fmt.Errorf("sandbox: replace state: %w", err)
	}
	return nil
}

// snapshot copies what changes in place; messages never do.
func (s *Server) snapshot() state {
	s.mu.Lock()
	st := state{Version: stateVersion, Last: s.last}
	for _, id := range sortedKeys(s.bots) {
		b := *s.bots[id]
		b.Commands, b.MenuButtons = maps.Clone(b.Commands), maps.Clone(b.MenuButtons)
		bs := botState{Bot: b}
		for _, u := range b.pending {
			if !u.done {
				bs.Pending = append(bs.Pending, *u)
			}
		}
		st.Bots = append(st.Bots, bs)
	}
	for _, id := range sortedKeys(s.users) {
		st.Users = append(st.Users, *s.users[id])
	}
	for _, t := range s.threads {
		c := *t
		c.Members, c.Messages, c.Reactions = maps.Clone(t.Members), maps.Clone(t.Messages), maps.Clone(t.Reactions)
		c.Order = slices.Clone(t.Order)
		st.Threads = append(st.Threads, c)
	}
	s.mu.Unlock()
	s.files.mu.Lock()
	defer s.files.mu.Unlock()
	st.FileSeq = s.files.seq
	for _, id := range sortedKeys(s.files.blobs) {
		st.Files = append(st.Files, *s.files.blobs[id])
	}
	return st
}

// skipped is how many numbers a restart leaves out: a process that was killed may have
// given some that its last save does not know, and Telegram never gives one twice.
const skipped = 1000

func (s *Server) load() error {
	raw, err := os.ReadFile(s.opt.StateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var st state
	if err := json.Unmarshal(raw, &st); err != nil {
		return err
	}
	if st.Version != stateVersion {
		return fmt.Errorf("state has version %d, not %d", st.Version, stateVersion)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = st.Last
	s.last.Query += skipped
	s.last.Album += skipped
	s.files.seq = st.FileSeq
	for _, b := range st.Files {
		s.files.blobs[b.ID], s.files.byHash[b.Unique] = &b, b.ID
		s.files.last = max(s.files.last, b.ID)
	}
	for _, u := range st.Users {
		s.users[u.ID] = &u
	}
	for _, t := range st.Threads {
		t.Last += skipped
		s.threads[threadKey{t.Bot, t.Chat.ID}] = &t
	}
	for _, x := range st.Bots {
		b := &x.Bot
		b.init()
		b.LastMessage += skipped
		b.LastUpdate += skipped
		s.bots[b.ID], s.tokens[b.Token] = b, b
		for _, u := range x.Pending {
			b.pending = append(b.pending, &u)
			b.waiting++
		}
		s.rearm(b)
	}
	return nil
}
