// Package secrets seals what must be readable by the program alone: bot tokens,
// session keys, webhook secrets, integration keys.
//
//	plain ──fresh data key──▶ payload      (AES256-GCM; workspace and purpose authenticated)
//	data key ──keyset primary──▶ wrapped   (AES256-GCM; carries the key's id)
//	sealed = wrapped + payload
//
// A sealed value opens only for the workspace and the purpose it was sealed for, so
// that a value copied to another row or tenant is useless. Rotate adds a new primary
// key; values sealed under older keys still open, and KeyID tells which ones could be
// sealed again. The keyset lives in a file beside the data or in the environment:
// whoever holds it and the database holds the secrets, so back up both, apart.
//
// No error of this package contains plaintext, sealed bytes or key material.
package secrets

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	"github.com/tink-crypto/tink-go/v2/tink"
)

var (
	// ErrCannotOpen says that a sealed value was changed, belongs to another workspace
	// or purpose, or was sealed under a keyset that is not here. Which of them stays
	// unsaid: the difference would help only an attacker.
	ErrCannotOpen = errors.New("secrets: the sealed value does not open with this keyset, workspace and purpose")

	// ErrReadOnly says that a keyset without a file cannot be rotated by the program.
	ErrReadOnly = errors.New("secrets: the keyset comes from the environment; rotate it where it is kept")
)

// Instance is the workspace of secrets that belong to the whole installation. The zero
// UUID is refused everywhere: it is a forgotten workspace, not a shared one.
var Instance = uuid.Max

// Box seals, opens and signs. It is safe for concurrent use.
type Box struct {
	path string // empty when the keyset has no file

	mu   sync.RWMutex
	keys *keys
}

// keys is one immutable state of the keyset and the primitives built from it.
type keys struct {
	sealing *keyset.Handle
	signing *keyset.Handle
	aead    tink.AEAD
	mac     tink.MAC
}

// document is the keyset file: two Tink JSON keysets.
type document struct {
	Sealing json.RawMessage `json:"sealing"`
	Signing json.RawMessage `json:"signing"`
}

// Open loads the keyset file, or creates it (mode 0600, on disk before Open returns)
// when there is none. A file that anybody on the machine may read is refused.
func Open(path string) (*Box, error) {
	raw, err := readKeyset(path)
	if errors.Is(err, os.ErrNotExist) {
		raw, err = createKeyset(path)
	}
	if err != nil {
		return nil, err
	}
	k, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("secrets: keyset file %s: %w", path, err)
	}
	return &Box{path: path, keys: k}, nil
}

// FromEnv takes the standard base64 of a whole keyset file.
func FromEnv(encoded string) (*Box, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return nil, errors.New("secrets: the keyset in the environment is not base64") // the cause quotes its input
	}
	k, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("secrets: keyset in the environment: %w", err)
	}
	return &Box{keys: k}, nil
}

// New makes a Box with a fresh keyset that ends with the process: for tests and trials.
func New() (*Box, error) {
	k, err := generate()
	if err != nil {
		return nil, err
	}
	return &Box{keys: k}, nil
}

// Encoded returns the keyset as FromEnv takes it. It is the master key: hand it to an
// operator or a key store, never to a log.
func (b *Box) Encoded() (string, error) {
	raw, err := b.current().marshal()
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// Seal encrypts plain for one workspace and purpose. Sealing twice gives two values.
func (b *Box) Seal(workspace uuid.UUID, purpose string, plain []byte) ([]byte, error) {
	binding, err := bind(workspace, purpose)
	if err != nil {
		return nil, err
	}
	sealed, err := b.current().aead.Encrypt(plain, binding)
	if err != nil {
		return nil, fmt.Errorf("secrets: sealing %s failed", purpose)
	}
	return sealed, nil
}

// Open decrypts what Seal made for the same workspace and purpose, else ErrCannotOpen.
// When the value names a key that another process has added to the keyset file since,
// the file is read again.
func (b *Box) Open(workspace uuid.UUID, purpose string, sealed []byte) ([]byte, error) {
	binding, err := bind(workspace, purpose)
	if err != nil {
		return nil, err
	}
	k := b.current()
	if id, err := KeyID(sealed); err == nil && !k.has(id) {
		k = b.reload()
	}
	plain, err := k.aead.Decrypt(sealed, binding)
	if err != nil {
		return nil, ErrCannotOpen
	}
	return plain, nil
}

// MAC signs data for a purpose: page cursors, links in messages. It does not hide data.
// The answer changes with the primary key: compare through VerifyMAC, never by bytes.
func (b *Box) MAC(purpose string, data []byte) ([]byte, error) {
	if purpose == "" {
		return nil, errors.New("secrets: a signature needs a purpose")
	}
	sum, err := b.current().mac.ComputeMAC(framed(purpose, data))
	if err != nil {
		return nil, fmt.Errorf("secrets: signing for %s failed", purpose)
	}
	return sum, nil
}

// VerifyMAC reports, in constant time, whether sum was made by MAC for this purpose and
// data, under the present or an earlier primary key. Signatures come from outside, so an
// unknown key does not make it read the file again: a rotation by another process shows
// only after Open has met a value of the new key.
func (b *Box) VerifyMAC(purpose string, data, sum []byte) bool {
	return purpose != "" && b.current().mac.VerifyMAC(sum, framed(purpose, data)) == nil
}

// Rotate adds a new primary key for sealing and signing, writes the file and returns
// the new sealing key's id. Older keys stay, to open what they sealed.
func (b *Box) Rotate() (uint32, error) {
	if b.path == "" {
		return 0, ErrReadOnly
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	raw, err := readKeyset(b.path) // another process may have rotated since
	if err != nil {
		return 0, err
	}
	k, err := parse(raw)
	if err != nil {
		return 0, fmt.Errorf("secrets: keyset file %s: %w", b.path, err)
	}
	if k, err = k.rotated(); err != nil {
		return 0, err
	}
	if raw, err = k.marshal(); err != nil {
		return 0, err
	}
	if err = replaceFile(b.path, raw); err != nil {
		return 0, err
	}
	b.keys = k
	return k.primary(), nil
}

// Primary is the id of the key that Seal uses now.
func (b *Box) Primary() uint32 { return b.current().primary() }

const tinkPrefix = 0x01

// KeyID tells which key sealed a value; one whose id is not Primary can be sealed again.
func KeyID(sealed []byte) (uint32, error) {
	// Length of the wrapped data key (4 bytes), then Tink's prefix: 0x01 and the key id.
	if len(sealed) < 9 || sealed[4] != tinkPrefix {
		return 0, ErrCannotOpen
	}
	return binary.BigEndian.Uint32(sealed[5:9]), nil
}

func (b *Box) current() *keys {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.keys
}

func (b *Box) reload() *keys {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.path == "" {
		return b.keys
	}
	if raw, err := readKeyset(b.path); err == nil {
		if k, err := parse(raw); err == nil {
			b.keys = k
		}
	}
	return b.keys
}

// bind is the authenticated context. The workspace has a fixed length, so no two pairs
// give the same bytes.
func bind(workspace uuid.UUID, purpose string) ([]byte, error) {
	if workspace == uuid.Nil {
		return nil, errors.New("secrets: the workspace is missing")
	}
	if purpose == "" {
		return nil, errors.New("secrets: the purpose is missing")
	}
	return append(workspace[:], purpose...), nil
}

func framed(purpose string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(purpose)))
	out = append(out, purpose...)
	return append(out, data...)
}

func generate() (*keys, error) {
	sealing, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("secrets: generating a key: %w", err)
	}
	signing, err := keyset.NewHandle(mac.HMACSHA256Tag256KeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("secrets: generating a key: %w", err)
	}
	return build(sealing, signing)
}

func build(sealing, signing *keyset.Handle) (*keys, error) {
	wrap, err := aead.New(sealing)
	if err != nil {
		return nil, errors.New("the sealing keyset is not usable")
	}
	sign, err := mac.New(signing)
	if err != nil {
		return nil, errors.New("the signing keyset is not usable")
	}
	envelope := aead.NewKMSEnvelopeAEAD2(aead.AES256GCMKeyTemplate(), wrap)
	return &keys{sealing: sealing, signing: signing, aead: envelope, mac: sign}, nil
}

// parse never wraps what the libraries say: their errors may quote the input.
func parse(raw []byte) (*keys, error) {
	var doc document
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, errors.New("it is not a keyset")
	}
	sealing, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(doc.Sealing)))
	if err != nil {
		return nil, errors.New("its sealing part is not a keyset")
	}
	signing, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(doc.Signing)))
	if err != nil {
		return nil, errors.New("its signing part is not a keyset")
	}
	return build(sealing, signing)
}

func (k *keys) marshal() ([]byte, error) {
	var sealing, signing bytes.Buffer
	if err := insecurecleartextkeyset.Write(k.sealing, keyset.NewJSONWriter(&sealing)); err != nil {
		return nil, errors.New("secrets: the keyset cannot be written")
	}
	if err := insecurecleartextkeyset.Write(k.signing, keyset.NewJSONWriter(&signing)); err != nil {
		return nil, errors.New("secrets: the keyset cannot be written")
	}
	return json.Marshal(document{Sealing: sealing.Bytes(), Signing: signing.Bytes()})
}

func (k *keys) rotated() (*keys, error) {
	sealing := keyset.NewManagerFromHandle(k.sealing)
	id, err := sealing.Add(aead.AES256GCMKeyTemplate())
	if err == nil {
		err = sealing.SetPrimary(id)
	}
	if err != nil {
		return nil, fmt.Errorf("secrets: adding a sealing key: %w", err)
	}
	signing := keyset.NewManagerFromHandle(k.signing)
	if id, err = signing.Add(mac.HMACSHA256Tag256KeyTemplate()); err == nil {
		err = signing.SetPrimary(id)
	}
	if err != nil {
		return nil, fmt.Errorf("secrets: adding a signing key: %w", err)
	}
	s, err := sealing.Handle()
	if err != nil {
		return nil, fmt.Errorf("secrets: rotating: %w", err)
	}
	m, err := signing.Handle()
	if err != nil {
		return nil, fmt.Errorf("secrets: rotating: %w", err)
	}
	return build(s, m)
}

func (k *keys) primary() uint32 { return k.sealing.KeysetInfo().GetPrimaryKeyId() }

func (k *keys) has(id uint32) bool {
	for _, key := range k.sealing.KeysetInfo().GetKeyInfo() {
		if key.GetKeyId() == id {
			return true
		}
	}
	return false
}
