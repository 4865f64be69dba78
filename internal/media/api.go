package media

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"cartie/internal/media/picture"
	"cartie/internal/platform/errs"
	"cartie/internal/platform/httpapi"
	"cartie/internal/platform/ident"
)

// Logos says whether a file is the company's logo, which every member sees.
type Logos interface {
	IsLogo(ctx context.Context, ws, media uuid.UUID) (bool, error)
}

// maxUpload in bytes of a whole request: so far over UploadLimit that a file a little too
// large is read to its end and answered in words, not by a broken connection.
const maxUpload = 64 << 20

// media is the wire form of Media.
type media struct {
	ID       uuid.UUID `json:"id"`
	Kind     string    `json:"kind" doc:"Kind of message it makes"`
	Name     string    `json:"name"`
	Mime     string    `json:"mime"`
	Size     int64     `json:"size" doc:"Bytes"`
	Width    int       `json:"width" doc:"Pixels, 0 when unknown"`
	Height   int       `json:"height"`
	Duration int       `json:"duration" doc:"Seconds, 0 when unknown"`
	URL      string    `json:"url"`
	ThumbURL string    `json:"thumb_url" doc:"Empty when there is no small picture"`
}

func view(m Media) media {
	return media{m.ID, m.Kind, m.Name, m.Mime, m.Size, m.Width, m.Height, m.Duration, m.URL(), m.ThumbURL()}
}

// RegisterAPI adds the slice's routes. They are plain: an upload is streamed, and what is
// served is no JSON. An upload takes no Idempotency-Key, since the same content is the
// same file anyway.
func (s *Service) RegisterAPI(api *httpapi.API, logos Logos) {
	api.Handle(httpapi.Route{
		ID: "upload_media", Method: http.MethodPost, Path: "/api/media", Permission: ident.AnswerChats, MaxBody: maxUpload,
	}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serveUpload(api, w, r) }))
	describeUpload(api)
	for id, path := range map[string]string{"get_media": "", "get_media_thumb": "/thumb"} {
		open := s.Open
		if path != "" {
			open = s.openThumb
		}
		api.Handle(httpapi.Route{
			ID: id, Method: http.MethodGet, Path: "/api/media/{workspace}/{id}" + path, Permission: httpapi.Member,
		}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ws, file, err := authorize(r, logos)
			if err == nil {
				err = serve(w, r, ws, file, open)
			}
			if err != nil {
				api.WriteError(w, r, err)
			}
		}))
	}
}

// describeUpload puts the upload into the API document.
func describeUpload(api *httpapi.API) {
	doc := api.OpenAPI()
	answer := doc.Components.Schemas.Schema(reflect.TypeFor[media](), true, "")
	problem := doc.Components.Schemas.Schema(reflect.TypeFor[httpapi.Problem](), true, "")
	doc.AddOperation(&huma.Operation{
		OperationID: "upload_media", Method: http.MethodPost, Path: "/api/media", Tags: []string{"media"},
		Summary:     "Store a file of up to 50 MB",
		Description: "Needs: " + string(ident.AnswerChats) + ".",
		Security:    []map[string][]string{{"session": {}}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"file"},
			Properties: map[string]*huma.Schema{
				"file": {Type: huma.TypeString, Format: "binary"},
				"kind": {Type: huma.TypeString, Description: "voice, video_note, document…: kept when the content fits it, else the file is a document"},
			},
		}}}},
		Responses: map[string]*huma.Response{
			"201":     {Description: "Created", Content: map[string]*huma.MediaType{"application/json": {Schema: answer}}},
			"default": {Description: "Error", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}},
		},
	})
}

func (s *Service) serveUpload(api *httpapi.API, w http.ResponseWriter, r *http.Request) {
	p, _ := ident.From(r.Context())
	m, err := s.StoreUpload(r, p.WorkspaceID)
	if err != nil {
		api.WriteError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Location", m.URL())
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(view(m))
}

// StoreUpload keeps the one file of a multipart request: field "file", and beside it the
// field "kind". The file is never held in memory.
func (s *Service) StoreUpload(r *http.Request, ws uuid.UUID) (Media, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return Media{}, errs.Invalid("file", "Send the file as multipart/form-data in the field file.").Code("file_required").Because(err)
	}
	var u upload
	defer u.close()
	if err := s.readForm(r, form, &u); err != nil {
		_, _ = io.Copy(io.Discard, r.Body) // bounded by the route: browsers hear an answer after they have spoken
		return Media{}, brokenOff(err)
	}
	if u.file == nil {
		return Media{}, errs.Invalid("file", "Choose a file.").Code("file_required")
	}
	if !known(u.hint.Kind) {
		return Media{}, errs.Invalid("kind", "There is no such kind of message.").Code("unknown_kind")
	}
	return s.keep(r.Context(), ws, u.name, u.file, u.hint)
}

type upload struct {
	file *spooled
	name string
	hint Hint
}

func (u *upload) close() {
	if u.file != nil {
		u.file.close()
	}
}

func (s *Service) readForm(r *http.Request, form *multipart.Reader, u *upload) error {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch part.FormName() {
		case "file":
			if u.file != nil {
				return errs.Invalid("file", "Send one file at a time.").Code("one_file")
			}
			u.name, u.hint.Mime = part.FileName(), part.Header.Get("Content-Type")
			if u.file, err = spool(r.Context(), s.temp, part, UploadLimit); err != nil {
				return err
			}
		case "kind":
			kind, err := io.ReadAll(io.LimitReader(part, 64))
			if err != nil {
				return err
			}
			u.hint.Kind = string(kind)
		}
	}
}

// brokenOff gives a form that could not be read its kind.
func brokenOff(err error) error {
	var bytes *http.MaxBytesError
	switch {
	case errors.As(err, &bytes):
		return tooLarge(UploadLimit)
	case errs.As(err) != nil:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), strings.HasPrefix(err.Error(), "multipart:"), strings.HasPrefix(err.Error(), "malformed MIME header"):
		return errs.Invalid("file", "The upload broke off. Send the file again.").Code("upload_broken").Because(err)
	}
	return err
}

var errNoFile = errs.NotFound("file")

// authorize returns which file is asked for, when the person may see it: with the right to
// answer chats any of the company, else its logo. The edge has chosen the company by the
// path, unless a header named another one.
func authorize(r *http.Request, logos Logos) (ws, file uuid.UUID, err error) {
	p, _ := ident.From(r.Context())
	ws, err1 := uuid.Parse(r.PathValue("workspace"))
	file, err2 := uuid.Parse(r.PathValue("id"))
	if err1 != nil || err2 != nil || ws != p.WorkspaceID {
		return ws, file, errNoFile
	}
	if p.Can(ident.AnswerChats) {
		return ws, file, nil
	}
	isLogo, err := logos.IsLogo(r.Context(), ws, file)
	if err == nil && !isLogo {
		err = errs.Forbidden("Your role does not see the files of chats. Ask an owner or administrator of the company.").Code("need_permission")
	}
	return ws, file, err
}

type opener func(ctx context.Context, ws, id uuid.UUID) (io.ReadSeekCloser, Media, error)

// serve answers with the content such that a browser never runs it.
func serve(w http.ResponseWriter, r *http.Request, ws, id uuid.UUID, open opener) error {
	content, m, err := open(r.Context(), ws, id)
	if err != nil {
		return err
	}
	defer content.Close()
	contentType, disposition := picture.Serve(m.Mime, downloadName(m))
	if strings.HasPrefix(contentType, "image/") && m.Width == 0 {
		// its header announces more pixels than we would decode: not for a colleague's browser
		disposition = strings.Replace(disposition, "inline", "attachment", 1)
	}
	etag := hex.EncodeToString(m.SHA256)
	if strings.HasSuffix(r.URL.Path, "/thumb") {
		contentType, disposition, etag = "image/jpeg", "inline", etag+"-thumb"
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", disposition)
	h.Set("ETag", `"`+etag+`"`)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}
