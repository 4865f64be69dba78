package secrets

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
)

var (
	acme  = uuid.MustParse("01890000-0000-7000-8000-000000000001")
	other = uuid.MustParse("01890000-0000-7000-8000-000000000002")
	plain = []byte("123456:the-token-of-a-bot")
)

func fileBox(t *testing.T) (*Box, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data", "keyset.json")
	b, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return b, path
}

func seal(t *testing.T, b *Box) []byte {
	t.Helper()
	sealed, err := b.Seal(acme, "bot.token", plain)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func opens(t *testing.T, b *Box, sealed []byte) {
	t.Helper()
	got, err := b.Open(acme, "bot.token", sealed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, plain) {
		t.Fatalf("opened %q", got)
	}
}

func TestSealedOpensAfterRestart(t *testing.T) {
	b, path := fileBox(t)
	sealed := seal(t, b)
	if bytes.Contains(sealed, plain) {
		t.Fatal("the plaintext is in the sealed value")
	}
	if bytes.Equal(sealed, seal(t, b)) {
		t.Fatal("sealing twice gave one value")
	}
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	opens(t, again, sealed)
}

func TestOpensOnlyForItsWorkspaceAndPurpose(t *testing.T) {
	b, _ := fileBox(t)
	sealed := seal(t, b)
	if _, err := b.Open(other, "bot.token", sealed); !errors.Is(err, ErrCannotOpen) {
		t.Errorf("another workspace: %v", err)
	}
	if _, err := b.Open(acme, "bot.webhook", sealed); !errors.Is(err, ErrCannotOpen) {
		t.Errorf("another purpose: %v", err)
	}
	if _, err := b.Open(uuid.Nil, "bot.token", sealed); err == nil {
		t.Error("a missing workspace opened it")
	}
	if _, err := b.Seal(uuid.Nil, "bot.token", plain); err == nil {
		t.Error("sealed without a workspace")
	}
	if _, err := b.Seal(acme, "", plain); err == nil {
		t.Error("sealed without a purpose")
	}
}

func TestChangedValueDoesNotOpen(t *testing.T) {
	b, _ := fileBox(t)
	sealed := seal(t, b)
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 0x40
		if _, err := b.Open(acme, "bot.token", bad); !errors.Is(err, ErrCannotOpen) {
			t.Fatalf("byte %d of %d changed: %v", i, len(sealed), err)
		}
		if _, err := b.Open(acme, "bot.token", sealed[:i]); !errors.Is(err, ErrCannotOpen) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
}

func TestRotationKeepsOldValuesReadable(t *testing.T) {
	b, path := fileBox(t)
	old, first := seal(t, b), b.Primary()
	mac, err := b.MAC("cursor", []byte("page 2"))
	if err != nil {
		t.Fatal(err)
	}

	second, err := b.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	fresh := seal(t, b)

	if first == second || b.Primary() != second {
		t.Fatalf("primary %d, was %d, rotated to %d", b.Primary(), first, second)
	}
	for _, c := range []struct {
		sealed []byte
		want   uint32
	}{{old, first}, {fresh, second}} {
		if id, err := KeyID(c.sealed); err != nil || id != c.want {
			t.Errorf("key id %d, %v; want %d", id, err, c.want)
		}
		opens(t, b, c.sealed)
	}
	if !b.VerifyMAC("cursor", []byte("page 2"), mac) {
		t.Error("an old signature is refused after rotation")
	}
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	opens(t, again, old)
	opens(t, again, fresh)
}

func TestRotationByAnotherProcessIsSeen(t *testing.T) {
	serving, path := fileBox(t)
	admin, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Rotate(); err != nil {
		t.Fatal(err)
	}
	opens(t, serving, seal(t, admin))

	// A rotation here keeps the key that was added there.
	theirs := seal(t, admin)
	if _, err := serving.Rotate(); err != nil {
		t.Fatal(err)
	}
	opens(t, serving, theirs)
}

func TestKeysetFileIsPrivate(t *testing.T) {
	_, path := fileBox(t)
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", st.Mode())
	}
	b, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Rotate(); err != nil {
		t.Fatal(err)
	}
	if st, _ = os.Stat(path); st.Mode().Perm() != 0o600 {
		t.Errorf("mode after rotation %v", st.Mode())
	}
	if rest, _ := os.ReadDir(filepath.Dir(path)); len(rest) != 1 {
		t.Errorf("left beside the keyset: %v", rest)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a keyset that everybody may read was accepted: %v", err)
	}
}

func TestTwoFirstStartsShareOneKeyset(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyset.json")
	boxes := make([]*Box, 8)
	var wg sync.WaitGroup
	for i := range boxes {
		wg.Go(func() { boxes[i], _ = Open(path) })
	}
	wg.Wait()
	for i, b := range boxes {
		if b == nil {
			t.Fatalf("start %d failed", i)
		}
		opens(t, boxes[0], seal(t, b))
	}
}

func TestKeysetFromEnvironment(t *testing.T) {
	file, _ := fileBox(t)
	encoded, err := file.Encoded()
	if err != nil {
		t.Fatal(err)
	}
	b, err := FromEnv("\n" + encoded + "\n")
	if err != nil {
		t.Fatal(err)
	}
	opens(t, b, seal(t, file))
	if _, err := b.Rotate(); !errors.Is(err, ErrReadOnly) {
		t.Errorf("rotating a keyset from the environment: %v", err)
	}
}

func TestBadKeysetErrorsQuoteNothing(t *testing.T) {
	const material = "SECRETKEYMATERIAL"
	for _, in := range []string{
		material + "!",
		base64.StdEncoding.EncodeToString([]byte(material)),
		base64.StdEncoding.EncodeToString([]byte(`{"sealing":{"` + material + `":1},"signing":{}}`)),
		"",
	} {
		_, err := FromEnv(in)
		if err == nil {
			t.Errorf("%q was accepted", in)
		} else if strings.Contains(err.Error(), material) {
			t.Errorf("the error quotes the keyset: %v", err)
		}
	}
}

func TestMAC(t *testing.T) {
	b, err := New()
	if err != nil {
		t.Fatal(err)
	}
	sum, err := b.MAC("cursor", []byte("page 2"))
	if err != nil {
		t.Fatal(err)
	}
	if !b.VerifyMAC("cursor", []byte("page 2"), sum) {
		t.Fatal("its own signature is refused")
	}
	if b.VerifyMAC("cursor", []byte("page 3"), sum) || b.VerifyMAC("link", []byte("page 2"), sum) {
		t.Fatal("a signature holds for other data or purpose")
	}
	if b.VerifyMAC("cursorp", []byte("age 2"), sum) {
		t.Fatal("purpose and data run into each other")
	}
	foreign, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if foreign.VerifyMAC("cursor", []byte("page 2"), sum) || b.VerifyMAC("cursor", nil, nil) {
		t.Fatal("a foreign or empty signature is accepted")
	}
}
