using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>An agency's brokers: grade, certificate, specialities, and what the operator said.</summary>
public sealed class BrokerDeskModel(CurrentActor actor, BrokerRegister register, MarketplaceDb db, TimeProvider clock) : PageModel
{
    public sealed record Line(BrokerRow Row, string Name);

    [BindProperty]
    public Guid Person { get; set; }

    [BindProperty]
    public BrokerGrade? Grade { get; set; }

    [BindProperty]
    public string? Certificate { get; set; }

    [BindProperty]
    public DateOnly? ValidUntil { get; set; }

    [BindProperty]
    public string? Specialities { get; set; }

    [BindProperty]
    public int? Seen { get; set; }

    public Membership Member { get; private set; } = null!;
    public IReadOnlyList<Line> Lines { get; private set; } = [];

    /// <summary>Members who are not in the register.</summary>
    public IReadOnlyList<(Guid Id, string Name)> Others { get; private set; } = [];

    /// <summary>The entry that is being corrected.</summary>
    public Line? Edited { get; private set; }
    public Refusal? Refused { get; private set; }
    public string? Field { get; private set; }
    public DateOnly Today => Days.Of(clock.GetUtcNow());

    public async Task<IActionResult> OnGet(Guid? edit, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        await Load(edit, cancellation);
        if (Edited is { } line) (Person, Grade, Certificate, ValidUntil, Specialities, Seen) = (line.Row.Person, line.Row.Grade, line.Row.Certificate, line.Row.ValidUntil, line.Row.Specialities, line.Row.Version);
        return Page();
    }

    public async Task<IActionResult> OnPost(CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var entry = BrokerEntry.Read(Grade, Certificate, ValidUntil, Specialities, Today);
        var by = (await actor.Get(cancellation)).Person!.Value;
        var done = entry.Done ? await register.Enter(Member.Organisation, Person, entry.Value, by, Seen, cancellation) : Result<Guid>.Refuse(entry.Refusal.Value, entry.Detail);
        if (done.Done) return LocalRedirect("/desk/brokers");
        (Refused, Field) = (done.Refusal, done.Detail);
        db.ChangeTracker.Clear();
        await Load(null, cancellation);
        if (Seen is not null) Edited = Lines.FirstOrDefault(l => l.Row.Person == Person);
        return Page();
    }

    public async Task<IActionResult> OnPostLeave(Guid id, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var done = await register.Leave(Member.Organisation, id, Seen ?? 0, (await actor.Get(cancellation)).Person!.Value, cancellation);
        if (done.Done) return LocalRedirect("/desk/brokers");
        Refused = done.Refusal;
        db.ChangeTracker.Clear();
        ModelState.Clear();
        (Seen, Person) = (null, default);
        await Load(null, cancellation);
        return Page();
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        await actor.Get(cancellation);
        var may = await actor.May(Act.KeepBrokers, actor.Acting?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Member = may.Value;
        ViewData["Demo"] = Member.Demo;
        return null;
    }

    private async Task Load(Guid? edit, CancellationToken cancellation)
    {
        Lines = await (
            from b in db.Set<BrokerRow>().AsNoTracking()
            where b.Agency == Member.Organisation
            join p in db.Set<Person>() on b.Person equals p.Id
            orderby b.State == BrokerState.Left, b.EnteredAt
            select new Line(b, p.DisplayName)).ToListAsync(cancellation);
        Edited = edit is { } id ? Lines.FirstOrDefault(l => l.Row.Id == id) : null;
        var known = Lines.Where(l => l.Row.State is not BrokerState.Left).Select(l => l.Row.Person).ToHashSet();
        Others = [.. (await (
            from m in db.Set<MembershipRow>().AsNoTracking()
            where m.Organisation == Member.Organisation
            join p in db.Set<Person>() on m.Person equals p.Id
            select new { p.Id, p.DisplayName }).Distinct().ToListAsync(cancellation)).Where(p => !known.Contains(p.Id)).Select(p => (p.Id, p.DisplayName))];
    }
}
