using System.Text;

namespace Marketplace.Platform.Documents;

/// <summary>Sets a paper on pages of A4 (pure): what does not fit goes on on the next page, and nothing is ever set beside a page.</summary>
public sealed class PaperLayout
{
    public const double PageWidth = 595.28, PageHeight = 841.89;
    private const double Left = 62, Right = PageWidth - 62, Wide = Right - Left, Foot = PageHeight - 62, Gutter = 18;

    private static readonly Look TitleLook = new(Face.Strong, 21, 31, Ink.Text), HeadingLook = new(Face.Strong, 12, 20, Ink.Text), BodyLook = new(Face.Regular, 10.5, 16, Ink.Text),
        LabelLook = new(Face.Regular, 8.5, 14, Ink.Soft), ValueLook = new(Face.Regular, 10, 15, Ink.Text), SoftLook = new(Face.Regular, 8.5, 13.5, Ink.Soft), CellLook = new(Face.Regular, 9, 14, Ink.Text),
        CellSoftLook = new(Face.Regular, 9, 14, Ink.Soft), HeadLook = new(Face.Strong, 9, 14, Ink.Text), SumLook = new(Face.Strong, 23, 31, Ink.Text), MarkLook = new(Face.Strong, 9.5, 14, Ink.Alert),
        SignLook = new(Face.Strong, 10.5, 17, Ink.Text), FieldLook = new(Face.Regular, 9, 25, Ink.Soft), FieldMoreLook = new(Face.Regular, 9, 12, Ink.Soft);

    private readonly Paper _paper;
    private readonly List<Line> _marks;
    private readonly double _top;
    private readonly List<List<Placed>> _pages = [];
    private List<Placed> _page = [];
    private double _y;
    private Cell[]? _head;

    private PaperLayout(Paper paper)
    {
        _paper = paper;
        _marks = [.. Lines(string.Join(" · ", paper.Marks), MarkLook, Wide - 20).Take(3)];
        _top = 62 + (paper.Marks.Count == 0 ? 0 : MarkHeight + 10);
    }

    private sealed record Look(Face Face, double Size, double Step, Ink Ink);

    private sealed record Line(string Text, Look Look);

    private sealed record Cell(double X, double Width, IReadOnlyList<Line> Lines, bool Right = false)
    {
        public double Height => Lines.Sum(l => l.Look.Step);
    }

    private double MarkHeight => (_marks.Count * MarkLook.Step) + 10;

    public static IReadOnlyList<PaperPage> Of(Paper paper)
    {
        var layout = new PaperLayout(paper);
        layout.NewPage();
        layout.Title();
        foreach (var (block, before) in paper.Blocks.Zip(paper.Blocks.Prepend(new PageEnd()))) layout.Set(block, before);
        layout.Edges();
        return [.. layout._pages.Select(p => new PaperPage(p))];
    }

    private void Title()
    {
        foreach (var line in Lines(_paper.Title, TitleLook, Wide)) Row([Centred(line)], 0, 0);
        if (_paper.Under is { } under) foreach (var line in Lines(under, SoftLook, Wide)) Row([Centred(line)], 2, 0);
        _y += 8;
        _page.Add(new PlacedRule(Left, _y, Wide, 1.2, Ink.Text));
        _y += 6;
    }

    private void Set(Block block, Block before)
    {
        switch (block)
        {
            case Heading heading:
                // A heading is not left alone at the foot of a page.
                if (_y + 80 > Foot) NewPage();
                Row([new Cell(Left, Wide, Lines(heading.Text, HeadingLook, Wide))], _y > _top ? 16 : 0, 2);
                break;
            case Prose prose:
                var look = prose.Soft ? SoftLook : BodyLook;
                Row([new Cell(Left, Wide, Lines(prose.Text, look, Wide))], before is FactList or Grid ? 10 : 4, 4);
                break;
            case FactList facts: Facts(facts.Facts, Left, Wide, ValueLook); break;
            case Grid grid: Table(grid); break;
            case Sum sum: Figure(sum); break;
            case Signatures signatures: Sign(signatures.Fields); break;
            case Check check: Proof(check); break;
            case PageEnd: NewPage(); break;
            default: throw new ArgumentOutOfRangeException(nameof(block), block, null);
        }
    }

    private void Facts(IReadOnlyList<PaperFact> facts, double left, double wide, Look look)
    {
        const double label = 78;
        var half = (wide - Gutter) / 2;
        for (var i = 0; i < facts.Count; i++)
        {
            var pair = !facts[i].Wide && i + 1 < facts.Count && !facts[i + 1].Wide && wide > 300;
            List<Cell> cells = [.. FactCells(facts[i], left, label, pair ? half : wide, look)];
            if (pair) cells.AddRange(FactCells(facts[++i], left + half + Gutter, label, half, look));
            Row(cells, 3, 3.5);
            _page.Add(new PlacedRule(left, _y, wide, 0.5, Ink.Hair));
        }
    }

    private static Cell[] FactCells(PaperFact fact, double x, double label, double wide, Look look) =>
    [
        new(x, label - 8, Lines(fact.Label, LabelLook with { Step = look.Step }, label - 8)),
        new(x + label, wide - label, [.. fact.Values.SelectMany((v, i) => Lines(v, i == 0 ? look : SoftLook with { Size = Math.Min(9, look.Size) }, wide - label))]),
    ];

    private void Table(Grid grid)
    {
        const double between = 10;
        var unit = (Wide - (between * (grid.Columns.Count - 1))) / grid.Columns.Sum(c => c.Share);
        var x = Left;
        var places = new List<(GridColumn Column, double X, double Width)>();
        foreach (var column in grid.Columns)
        {
            places.Add((column, x, column.Share * unit));
            x += (column.Share * unit) + between;
        }

        var head = places.Select(p => new Cell(p.X, p.Width, Lines(p.Column.Head, HeadLook, p.Width), p.Column.Right)).ToArray();
        if (_y + 60 > Foot) NewPage();
        Head(head);
        _head = head;
        foreach (var row in grid.Rows)
        {
            Row([.. places.Zip(row, (p, text) => new Cell(p.X, p.Width, Lines(text, p.Column.Soft ? CellSoftLook : CellLook, p.Width), p.Column.Right))], 3, 3);
            _page.Add(new PlacedRule(Left, _y, Wide, 0.5, Ink.Hair));
        }

        _head = null;
        _y += 4;
    }

    private void Head(Cell[] head)
    {
        _page.Add(new PlacedRule(Left, _y + 4, Wide, 1, Ink.Text));
        _y += 4;
        Row(head, 4, 4);
        _page.Add(new PlacedRule(Left, _y, Wide, 0.6, Ink.Text));
    }

    private void Figure(Sum sum)
    {
        if (_y + 90 > Foot) NewPage();
        var (from, page) = (_y + 8, _page);
        _y = from;
        Row([new Cell(Left + 14, Wide - 28, [.. Lines(sum.Label, LabelLook, Wide - 28), .. Lines(sum.Figure, SumLook, Wide - 28), .. Lines(sum.Words, ValueLook with { Step = 18 }, Wide - 28)])], 8, 8);
        if (ReferenceEquals(page, _page)) _page.Add(new PlacedFrame(Left, from, Wide, _y - from, Ink.Text));
        _y += 8;
    }

    private void Sign(IReadOnlyList<SignatureField> fields)
    {
        var wide = (Wide - (Gutter * (fields.Count - 1))) / fields.Count;
        var cells = fields.Index().Select(f => new Cell(Left + (f.Index * (wide + Gutter)), wide, [.. Lines(f.Item.Who, SignLook, wide), .. f.Item.Lines.SelectMany(l => Lines(l, FieldLook, wide * 0.66).Select((line, i) => i == 0 ? line : line with { Look = FieldMoreLook }))])).ToList();
        if (_y + 24 + cells.Max(c => c.Height) > Foot) NewPage();
        var (top, signed) = (_y + 14, _page);
        Row(cells, 14, 8);
        if (!ReferenceEquals(signed, _page)) return;
        foreach (var cell in cells)
        {
            // The rule begins behind the field's last word and lies where the pen would.
            var y = top;
            foreach (var (i, line) in cell.Lines.Index())
            {
                y += line.Look.Step;
                var isLast = i + 1 == cell.Lines.Count || cell.Lines[i + 1].Look != FieldMoreLook;
                if (line.Look != SignLook && isLast) _page.Add(new PlacedRule(cell.X + WidthOf(line) + 6, y - (line.Look.Step / 2) + 6, wide - WidthOf(line) - 6, 0.6, Ink.Text));
            }
        }
    }

    private void Proof(Check check)
    {
        const double code = 64;
        var caption = Lines(check.Caption, SoftLook with { Size = 8 }, code + 20).Take(3).ToList();
        if (_y + 10 + code + 7 + (caption.Count * 11) > Foot) NewPage();
        _y += 10;
        var (from, page) = (_y, _page);
        _page.Add(new PlacedCode(Right - code, _y + 4, code, check.Address));
        foreach (var (i, line) in caption.Index()) Put(line, Right - code - 10, _y + code + 7 + (i * 11), code + 20, centred: true);
        // A hash and its groups stand in one line.
        Facts(check.Facts, Left, Wide - code - 28, ValueLook with { Size = 7.8, Step = 12.5 });
        if (ReferenceEquals(page, _page)) _y = Math.Max(_y, from + code + 30);
    }

    /// <summary>The frame of marks above, the title on a later page, and the foot.</summary>
    private void Edges()
    {
        var small = SoftLook with { Size = 8, Step = 12 };
        var (title, number) = (Lines(_paper.Title, small, Wide)[0], Lines(_paper.Number, small, Wide - 120)[0]);
        var hash = _paper.Hash is { } sha ? Lines($"SHA-256 {sha}", small with { Size = 7 }, Wide)[0] : null;
        foreach (var (index, page) in _pages.Index())
        {
            _page = page;
            if (_paper.Marks.Count > 0) _page.Add(new PlacedFrame(Left, 44, Wide, MarkHeight, Ink.Alert));
            foreach (var (i, line) in _marks.Index()) Put(line, Left + 10, 49 + (i * MarkLook.Step), Wide - 20, centred: true);
            if (index > 0) Put(title, Left, 26, Wide);
            _page.Add(new PlacedRule(Left, Foot + 14, Wide, 0.5, Ink.Hair));
            Put(number, Left, Foot + 18, Wide);
            var pageOf = Lines(_paper.PageOf(index + 1, _pages.Count), small, Wide)[0];
            Put(pageOf, Right - WidthOf(pageOf), Foot + 18, Wide);
            if (hash is not null) Put(hash, Left, Foot + 30, Wide);
        }
    }

    private void NewPage()
    {
        _pages.Add(_page = []);
        _y = _top;
        if (_head is not { } head) return;
        _head = null;
        Head(head);
        _head = head;
    }

    /// <summary>A row of cells. It moves to the next page whole where it fits there, otherwise it is parted between lines.</summary>
    private void Row(IReadOnlyList<Cell> cells, double before, double after)
    {
        var height = before + cells.Max(c => c.Height) + after;
        if (_y + height > Foot && height <= Foot - _top - 60) NewPage();
        _y += before;
        var next = new int[cells.Count];
        while (true)
        {
            var deepest = _y;
            for (var c = 0; c < cells.Count; c++)
            {
                var (cell, y) = (cells[c], _y);
                while (next[c] < cell.Lines.Count && y + cell.Lines[next[c]].Look.Step <= Foot)
                {
                    var line = cell.Lines[next[c]++];
                    Put(line, cell.Right ? cell.X + cell.Width - WidthOf(line) : cell.X, y, cell.Width);
                    y += line.Look.Step;
                }

                deepest = Math.Max(deepest, y);
            }

            _y = deepest;
            if (cells.Index().All(c => next[c.Index] == c.Item.Lines.Count)) break;
            NewPage();
        }

        _y += after;
    }

    private static Cell Centred(Line line) => new(Left + ((Wide - WidthOf(line)) / 2), WidthOf(line), [line]);

    /// <summary>One line from the upper edge of its step; each change of face is a text of its own.</summary>
    private void Put(Line line, double x, double y, double wide, bool centred = false)
    {
        var look = line.Look;
        if (centred) x += Math.Max(0, (wide - WidthOf(line)) / 2);
        var baseLine = y + (look.Step / 2) + (look.Size * 0.36);
        var run = new StringBuilder();
        var (face, from) = (look.Face, x);
        foreach (var rune in line.Text.EnumerateRunes())
        {
            var its = PaperFonts.FaceOf(rune, look.Face);
            if (its != face)
            {
                Flush();
                face = its;
            }

            run.Append(rune);
            x += PaperFonts.Advance(rune, look.Face) * look.Size;
        }

        Flush();

        void Flush()
        {
            if (run.Length > 0) _page.Add(new PlacedText(from, baseLine, x - from, run.ToString(), face, look.Size, look.Ink));
            from = x;
            run.Clear();
        }
    }

    private static double WidthOf(Line line) => line.Text.EnumerateRunes().Sum(r => PaperFonts.Advance(r, line.Look.Face)) * line.Look.Size;

    private static List<Line> Lines(string text, Look look, double width) =>
        [.. PaperFonts.Shown(text).Split('\n').SelectMany(p => LineBreaks.Wrap(p, width, r => PaperFonts.Advance(r, look.Face) * look.Size)).Select(l => new Line(l, look))];
}
