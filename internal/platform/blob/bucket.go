package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"cartie/internal/platform/errs"
)

const (
	// partSize is what one upload holds in memory, in bytes. Ten thousand parts are
	// allowed, so a blob of unknown length may reach 160 GiB.
	partSize = 16 << 20
	// attempts per request; what still fails is repeated by the job that asked.
	attempts = 3
)

// bucket keeps each blob as an object of an S3-compatible service.
type bucket struct {
	client *minio.Client
	name   string
}

func openBucket(u *url.URL) (*bucket, error) {
	name := strings.Trim(u.Path, "/")
	if u.Host == "" || name == "" || strings.Contains(name, "/") {
		return nil, errors.New("blob: a bucket is written s3://key:secret@host/bucket")
	}
	secret, ok := u.User.Password()
	if !ok || u.User.Username() == "" {
		return nil, errors.New("blob: the bucket's address lacks key or secret: s3://key:secret@host/bucket")
	}
	q := u.Query()
	insecure := false
	if v := q.Get("insecure"); v != "" {
		var err error
		if insecure, err = strconv.ParseBool(v); err != nil {
			return nil, errors.New("blob: insecure is 1 or 0")
		}
	}
	region := q.Get("region")
	if region == "" {
		region = "us-east-1" // what self-hosted services answer to; saves asking for it
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds:      credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure:     !insecure,
		Region:     region,
		MaxRetries: attempts,
	})
	if err != nil {
		return nil, fmt.Errorf("blob: bucket %s at %s: %w", name, u.Host, err)
	}
	return &bucket{client: client, name: name}, nil
}

func (b *bucket) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if size >= 0 {
		e := newExactly(r, size)
		if e.err != nil && e.err != io.EOF {
			return failed(e.err, "storing", key) // an empty upload is sent without reading
		}
		r = e
	} else {
		size = -1
	}
	// onlyReader hides other methods: a seekable reader would be read past our check.
	_, err := b.client.PutObject(ctx, b.name, key, onlyReader{r}, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream",
		PartSize:    partSize,
	})
	return failed(err, "storing", key)
}

func (b *bucket) Open(ctx context.Context, key string) (io.ReadSeekCloser, Info, error) {
	if err := checkKey(key); err != nil {
		return nil, Info{}, err
	}
	object, err := b.client.GetObject(ctx, b.name, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, Info{}, failed(err, "reading", key)
	}
	st, err := object.Stat()
	if err != nil {
		object.Close()
		return nil, Info{}, failed(err, "reading", key)
	}
	return object, Info{Size: st.Size, Modified: st.LastModified.UTC()}, nil
}

func (b *bucket) Stat(ctx context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	st, err := b.client.StatObject(ctx, b.name, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, failed(err, "reading", key)
	}
	return Info{Size: st.Size, Modified: st.LastModified.UTC()}, nil
}

func (b *bucket) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	err := b.client.RemoveObject(ctx, b.name, key, minio.RemoveObjectOptions{})
	if err = failed(err, "deleting", key); errs.Is(err, errs.KindNotFound) {
		return nil
	}
	return err
}

// failed gives an error of the service its kind.
func failed(err error, doing, key string) error {
	if err == nil {
		return nil
	}
	answer := minio.ToErrorResponse(err)
	var network net.Error
	switch {
	case errors.Is(err, ErrSize), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		// Ours or the caller's, though it comes back as a failed transfer.
	case answer.Code == minio.NoSuchKey:
		return errs.NotFound("file").Because(err)
	case answer.StatusCode >= http.StatusInternalServerError, errors.As(err, &network):
		return errs.Unavailable("The media store does not answer.").Because(fmt.Errorf("%s blob %s: %w", doing, key, err))
	}
	return fmt.Errorf("%s blob %s: %w", doing, key, err)
}

type onlyReader struct{ io.Reader }
