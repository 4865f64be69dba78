package fields

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Sheet is a file of rows under construction. Nothing is kept of a row that was written.
type Sheet interface {
	Row(cells []any) error
	// Close writes what is left; without it the file is not whole.
	Close() error
}

// NewCSV writes commas and CRLF. With the mark a spreadsheet program reads UTF-8.
func NewCSV(w io.Writer, mark bool) Sheet {
	b := bufio.NewWriterSize(w, 64<<10)
	if mark {
		_, _ = b.WriteString("\ufeff")
	}
	c := csv.NewWriter(b)
	c.UseCRLF = true
	return &csvSheet{out: b, csv: c}
}

type csvSheet struct {
	out  *bufio.Writer
	csv  *csv.Writer
	line []string
}

func (s *csvSheet) Row(cells []any) error {
	s.line = s.line[:0]
	for _, c := range cells {
		s.line = append(s.line, written(c))
	}
	return s.csv.Write(s.line)
}

func (s *csvSheet) Close() error {
	s.csv.Flush()
	if err := s.csv.Error(); err != nil {
		return err
	}
	return s.out.Flush()
}

func written(c any) string {
	switch v := c.(type) {
	case nil:
		return ""
	case Decimal:
		return string(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return Harmless(v)
	}
	return ""
}

// Harmless keeps a text from being run as a formula: one that begins like a formula gets
// an apostrophe. A phone number stays what it is.
func Harmless(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if s[0] == '+' && len(s) > 1 && strings.Trim(s[1:], "0123456789") == "" {
		return s
	}
	return "'" + s
}

// MaxSheetRows is how many rows an XLSX file takes here.
const MaxSheetRows = 200_000

// NewXLSX writes a workbook of one sheet; its rows wait in a temporary file until Close.
func NewXLSX(w io.Writer, name string) (Sheet, error) {
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	return &xlsxSheet{out: w, file: f, stream: s}, nil
}

type xlsxSheet struct {
	out    io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	row    int
}

func (s *xlsxSheet) Row(cells []any) error {
	s.row++
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	line := make([]any, len(cells))
	for i, c := range cells {
		line[i] = c // a text cell is never run as a formula
		if d, ok := c.(Decimal); ok {
			n, err := strconv.ParseFloat(string(d), 64)
			if err != nil {
				return err
			}
			line[i] = n
		}
	}
	return s.stream.SetRow(at, line)
}

func (s *xlsxSheet) Close() error {
	err := s.stream.Flush()
	if err == nil {
		err = s.file.Write(s.out)
	}
	if cerr := s.file.Close(); err == nil {
		err = cerr
	}
	return err
}
