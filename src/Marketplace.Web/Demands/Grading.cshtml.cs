using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demands;

/// <summary>The agency's desk of grades: what waits for a judgement, and beside it the sheet with the form. It sees no closed name and no closed budget.</summary>
public sealed class GradingModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains, TimeProvider clock) : PageModel
{
    public const int Size = 25;

    public IReadOnlyList<FoundDemand> Queue { get; private set; } = [];

    public IReadOnlyList<(DemandGrade Row, string Title)> Own { get; private set; } = [];

    public int Total { get; private set; }

    public DemandReading? Reading { get; private set; }

    /// <summary>Earlier judgements of the same demand, newest first.</summary>
    public IReadOnlyList<ShownGrade> Before { get; private set; } = [];

    public Refusal? Refused { get; private set; }

    public string? Wrong { get; private set; }

    [BindProperty]
    public Dictionary<string, string?> Finding { get; set; } = [];

    [BindProperty]
    public Dictionary<string, string?> Why { get; set; } = [];

    [BindProperty]
    public string? Grade { get; set; }

    private Membership _agency = null!;

    public async Task<IActionResult> OnGet(Guid? id, CancellationToken cancellation) => await Open(cancellation) ?? await Show(id, cancellation);

    public async Task<IActionResult> OnPost(Guid id, Guid command, int seen, string? verdict, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        var faults = new List<Fault>();
        var items = Enum.GetValues<GradedItem>()
            .Select(i => new ItemGrade(i, DemandForm.Word<Finding>(Finding.GetValueOrDefault($"{i}"), $"{i}", faults) ?? Domain.Demands.Finding.Missing, DemandForm.Lf(Why.GetValueOrDefault($"{i}")) ?? "")).ToList();
        var grade = DemandForm.Word<Grade>(Grade, "grade", faults);
        if (grade is null) faults.Add(new Fault("grade", Refusal.Required));
        var done = faults.Count > 0 ? Result<int>.Refuse(faults[0].Why, faults[0].Field)
            : await grains.GetGrain<IDemandGrain>(id).Judge(new ActedBy(command, (await actor.Get(cancellation)).Person!.Value, _agency.Organisation, seen), new GradeSheet(grade!.Value, [.. items], verdict == "back"));
        if (done.Done) return Redirect($"/desk/demands/grading?done={(verdict == "back" ? "back" : "graded")}");
        (Refused, Wrong) = (done.Refusal, done.Detail);
        return await Show(id, cancellation);
    }

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.GradeDemand, null, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        _agency = may.Value;
        return null;
    }

    private async Task<IActionResult> Show(Guid? id, CancellationToken cancellation)
    {
        ModelState.Clear();
        var waiting = db.Set<Demand>().AsNoTracking().Where(d => d.State == DemandState.InReview && d.Demo == _agency.Demo && !db.Set<DemandBlock>().Any(b => b.Demand == d.Id && b.Organisation == _agency.Organisation));
        Total = await waiting.CountAsync(cancellation);
        Queue = [.. (await DemandSearch.Read(db, waiting.OrderBy(d => d.Grade != null).ThenBy(d => d.UpdatedAt).Take(Size), cancellation)).OrderBy(f => f.Row.Grade is not null).ThenBy(f => f.Row.UpdatedAt)];
        // What it judged, as it read it: the draft that came after is the owner's own business.
        var own = await (
            from g in db.Set<DemandGrade>().AsNoTracking()
            where g.Agency == _agency.Organisation && !db.Set<DemandBlock>().Any(b => b.Demand == g.Demand && b.Organisation == g.Agency)
            join v in db.Set<DemandVersion>().AsNoTracking() on new { g.Demand, Number = g.Version } equals new { v.Demand, v.Number }
            orderby g.At descending
            select new { Row = g, v.Content }).Take(Size).ToListAsync(cancellation);
        Own = own.ConvertAll(o => (o.Row, DemandContent.Read(o.Content).Title));
        if ((id ?? Queue.FirstOrDefault()?.Row.Id) is { } chosen)
        {
            Reading = await DemandReading.Open(db, actor, chosen, cancellation);
            if (Reading?.Judges is null) return id is null ? Page() : NotFound();
            await Reading.Log(db, HttpContext.RequestServices.GetRequiredService<PrivilegedReads>(), "grading", clock.GetUtcNow(), cancellation);
            var before = await (
                from g in db.Set<DemandGrade>().AsNoTracking()
                where g.Demand == chosen
                join o in db.Set<Organisation>().AsNoTracking() on g.Agency equals o.Id
                join p in db.Set<Person>().AsNoTracking() on g.Person equals p.Id
                orderby g.Number descending
                select new { Row = g, o.Name, p.DisplayName }).ToListAsync(cancellation);
            // One that was given while the name was open may say it.
            Before =
            [
                .. before.Select(b => new ShownGrade(b.Row, JsonSerializer.Deserialize<GradeSheet>(b.Row.Sheet)!, b.Name, b.DisplayName))
                    .Where(b => Reading.Sight.Name || Grading.Naming(b.Sheet, Reading.Owner.Name, Reading.Owner.Code) is null),
            ];
        }

        ViewData["Demo"] = Reading?.Row.Demo == true || Queue.Any(q => q.Row.Demo);
        return Page();
    }
}
