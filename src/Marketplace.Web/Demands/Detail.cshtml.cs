using System.Text.Json;
using Marketplace.Domain.Demands;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>A grade with who gave it.</summary>
public sealed record ShownGrade(DemandGrade Row, GradeSheet Sheet, string Agency, string Person);

/// <summary>A response as its owner sees it in a table.</summary>
/// <param name="Agency">Who wrote it under the responder's mandate; null when the responder did.</param>
public sealed record ShownResponse(DemandResponse Row, ResponseContent Content, string Organisation, bool Demo, string? Agency);

/// <summary>One demand: problem, sheet, grade, what happens next; the responses for who may read them.</summary>
public sealed class DetailModel(MarketplaceDb db, CurrentActor actor, PrivilegedReads reads, IEnumerable<DemandSection> sections, IServiceProvider services, TimeProvider clock) : PageModel
{
    public DemandReading Reading { get; private set; } = null!;

    public ShownGrade? Graded { get; private set; }

    public IReadOnlyList<ShownResponse> Responses { get; private set; } = [];

    /// <summary>Whom the notice of a 榜 names; null for everything that names nobody.</summary>
    public string? Winner { get; private set; }

    public int Running { get; private set; }

    /// <summary>What other rooms show here, with their views.</summary>
    public IReadOnlyList<(string View, object Content)> Sections { get; private set; } = [];

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await DemandReading.Open(db, actor, id, cancellation) is not { } reading) return NotFound();
        Reading = reading;
        await reading.Log(db, reads, "review", Now, cancellation);
        Graded = await GradeOf(db, reading.Row, cancellation);
        if (reading.Works || reading.Decides) Responses = await ResponsesOf(db, id, cancellation);
        if (reading.Row is { Kind: not DemandKind.Problem, State: DemandState.ResultNotice or DemandState.Chosen or DemandState.InWork or DemandState.Accepted })
        {
            var chosen = await (
                from r in db.Set<DemandResponse>().AsNoTracking()
                where r.Demand == id && (r.State == ResponseState.Chosen || r.State == ResponseState.Best)
                join o in db.Set<Organisation>().AsNoTracking() on r.Organisation equals o.Id
                select o.Name).ToListAsync(cancellation);
            Running = chosen.Count;
            // Lanes stay unnamed while they race; of a 榜 the notice names who won it.
            if (chosen is [var one] && (reading.Row.Kind == DemandKind.OpenChallenge || reading.Row.State == DemandState.Accepted)) Winner = one;
        }

        var shown = new List<(string, object)>();
        foreach (var section in sections)
        {
            if (await section.Read(services, reading, cancellation) is { } content) shown.Add((section.View, content));
        }

        Sections = shown;
        ViewData["Demo"] = reading.Row.Demo;
        return Page();
    }

    /// <summary>The newest grade of what the demand says now.</summary>
    internal static async Task<ShownGrade?> GradeOf(MarketplaceDb db, Demand row, CancellationToken cancellation)
    {
        if (row.Grade is null) return null;
        var found = await (
            from g in db.Set<DemandGrade>().AsNoTracking()
            where g.Demand == row.Id
            join o in db.Set<Organisation>().AsNoTracking() on g.Agency equals o.Id
            join p in db.Set<Person>().AsNoTracking() on g.Person equals p.Id
            orderby g.Number descending
            select new { Row = g, o.Name, p.DisplayName }).FirstAsync(cancellation);
        return new ShownGrade(found.Row, JsonSerializer.Deserialize<GradeSheet>(found.Row.Sheet)!, found.Name, found.DisplayName);
    }

    internal static async Task<IReadOnlyList<ShownResponse>> ResponsesOf(MarketplaceDb db, Guid demand, CancellationToken cancellation)
    {
        var found = await (
            from r in db.Set<DemandResponse>().AsNoTracking()
            where r.Demand == demand && r.State != ResponseState.Withdrawn
            join o in db.Set<Organisation>().AsNoTracking() on r.Organisation equals o.Id
            join a in db.Set<Organisation>().AsNoTracking() on r.Agency equals (Guid?)a.Id into agencies
            from agency in agencies.DefaultIfEmpty()
            orderby r.CreatedAt, r.Id
            select new { Row = r, o.Name, o.Demo, Agency = agency == null ? null : agency.Name }).ToListAsync(cancellation);
        return found.ConvertAll(f => new ShownResponse(f.Row, ResponseContent.Read(f.Row.Content), f.Name, f.Demo, f.Agency));
    }
}
