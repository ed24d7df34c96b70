using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>What the market's own people opened: for the operator's owner, who answers for them.</summary>
public sealed class DeskReadsModel(CurrentActor actor, MarketplaceDb db) : PageModel
{
    public const int Size = 50;

    public sealed record Line(PrivilegedReadRow Row, string? Person);

    public static readonly string[] Kinds = ["papers", "organisation", "bank", "deal", "draft", "gate", "evidence", "dossier", "copy", "claims", "settlement", "invoice", "royalties"];

    public IReadOnlyList<Line> Lines { get; private set; } = [];
    public string? What { get; private set; }
    public long Total { get; private set; }

    /// <summary>The line at which the chain does not hold; null when it holds.</summary>
    public long? Broken { get; private set; }

    /// <summary>Older lines are behind this number.</summary>
    public long? Next { get; private set; }

    public async Task<IActionResult> OnGet(string? what, long? before, CancellationToken cancellation)
    {
        var may = await actor.May(Act.ReadReads, null, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        What = Kinds.Contains(what) ? what : null;
        var all = db.Set<PrivilegedReadRow>().AsNoTracking();
        Total = await all.LongCountAsync(cancellation);
        Broken = await PrivilegedReads.FirstBreak(db, cancellation);
        var rows = await all.Where(r => (What == null || r.What == What) && (before == null || r.Seq < before)).OrderByDescending(r => r.Seq).Take(Size + 1).ToListAsync(cancellation);
        if (rows.Count > Size) Next = rows[Size - 1].Seq;
        var shown = rows.Take(Size).ToList();
        var people = shown.Select(r => r.Person).Distinct().ToList();
        var names = await db.Set<Person>().AsNoTracking().Where(p => people.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.DisplayName, cancellation);
        Lines = shown.ConvertAll(r => new Line(r, names.GetValueOrDefault(r.Person)));
        return Page();
    }
}
