package secrets

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxKeyset bounds the keyset file in bytes; a thousand rotations stay below it.
const maxKeyset = 1 << 20

func readKeyset(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("secrets: opening the keyset: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("secrets: reading the keyset: %w", err)
	}
	if st.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("secrets: everybody on this machine may read the keyset: run chmod 600 %s", path)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxKeyset+1))
	if err != nil {
		return nil, fmt.Errorf("secrets: reading the keyset: %w", err)
	}
	if len(raw) > maxKeyset {
		return nil, fmt.Errorf("secrets: %s is over %d bytes, it is not a keyset", path, maxKeyset)
	}
	return raw, nil
}

// createKeyset writes a fresh keyset and returns what is in the file afterwards: when two
// processes start at once, both end with the keyset of the first.
func createKeyset(path string) ([]byte, error) {
	k, err := generate()
	if err != nil {
		return nil, err
	}
	raw, err := k.marshal()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("secrets: making the keyset's folder: %w", err)
	}
	temp, err := writeTemp(path, raw)
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp)
	// A link, unlike a rename, fails when the name is taken.
	if err := os.Link(temp, path); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("secrets: creating the keyset: %w", err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	return readKeyset(path)
}

// replaceFile leaves either the old or the new keyset, whole, whatever happens.
func replaceFile(path string, raw []byte) error {
	temp, err := writeTemp(path, raw)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		os.Remove(temp)
		return fmt.Errorf("secrets: replacing the keyset: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// writeTemp writes beside path (CreateTemp gives mode 0600) and returns the name, synced.
func writeTemp(path string, raw []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return "", fmt.Errorf("secrets: writing the keyset: %w", err)
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("secrets: writing the keyset: %w", err)
	}
	return f.Name(), nil
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("secrets: syncing the keyset's folder: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("secrets: syncing the keyset's folder: %w", err)
	}
	return nil
}
