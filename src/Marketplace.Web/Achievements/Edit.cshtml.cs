using System.Collections.Immutable;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Achievements;

/// <summary>Who looked at the registered tier, for the owner.</summary>
/// <param name="Organisation">Null when the work was in trade at that moment: who reads it then may be a bidder.</param>
public sealed record ViewEntry(DateTimeOffset At, string? Organisation, string? Person, string What);

/// <summary>The edit form of one achievement with its gates. Nothing typed is lost when something is refused.</summary>
[RequestSizeLimit(64 * 1024 * 1024)]
[RequestFormLimits(MultipartBodyLengthLimit = 64 * 1024 * 1024)]
public sealed class EditModel(MarketplaceDb db, CurrentActor actor, IGrainFactory grains, FileStore store, TimeProvider clock) : EditPage
{
    [BindProperty]
    public AchievementForm Form { get; set; } = new();

    [BindProperty]
    public List<IFormFile> Uploads { get; set; } = [];

    [BindProperty]
    public string? UploadTier { get; set; }

    public Achievement Row { get; private set; } = null!;

    public AchievementContent Working { get; private set; } = new();

    public ImmutableArray<Gate> Gates { get; private set; } = [];

    /// <summary>Other achievements with one of these patent numbers.</summary>
    public IReadOnlyList<Achievement> SamePatent { get; private set; } = [];

    public IReadOnlyList<ViewEntry> Views { get; private set; } = [];

    /// <summary>Why the operator returned it last, while that is the last word.</summary>
    public string? Returned { get; private set; }

    public bool CanEdit => Lifecycle.Next(Row.Standing, AchievementAct.Edit).Done;

    /// <summary>Who edits for the unit under a mandate; null when the unit does it itself.</summary>
    public Membership? Agency { get; private set; }

    /// <summary>To take it out of the market is the unit's own decision.</summary>
    public bool CanWithdraw => Agency is null && Lifecycle.Next(Row.Standing, AchievementAct.Withdraw).Done;

    public async Task<IActionResult> OnGet(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        Form = AchievementForm.Of(Working);
        return await Show(cancellation);
    }

    /// <summary>One more blank row in each list, without losing what stands there.</summary>
    public async Task<IActionResult> OnPostMore(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        Working = Form.Read(Working, []);
        return await Show(cancellation);
    }

    public async Task<IActionResult> OnPostSave(Guid id, CancellationToken cancellation) => await Save(id, submit: false, cancellation);

    public async Task<IActionResult> OnPostSubmit(Guid id, CancellationToken cancellation) => await Save(id, submit: true, cancellation);

    public async Task<IActionResult> OnPostWithdraw(Guid id, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        if (Agency is not null) return this.Refused(Refusal.NotAllowed);
        var done = await Grain(id).Withdraw(await Order(cancellation), Reason);
        if (done.Done) return Redirect($"/desk/achievements/{id}/edit?done=withdrawn");
        if (done.Detail == "reason") Faults.Add(new Fault("reason", done.Refusal.Value));
        else Refused = done.Refusal;
        Form = AchievementForm.Of(Working);
        return await Show(cancellation);
    }

    private async Task<IActionResult> Save(Guid id, bool submit, CancellationToken cancellation)
    {
        if (await Open(id, cancellation) is { } refused) return refused;
        var before = Working.Write();
        var content = await AddUploads(Form.Read(Working, Faults), cancellation);
        Working = content;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(Instant.Beijing).DateTime);
        var shape = submit ? ContentCheck.Ready(content, today) : ContentCheck.Shape(content, today);
        if (!IsClean(shape, submit)) return await Show(cancellation);

        // Each step that is done is seen, whatever becomes of the next: the form that comes back goes on from there.
        if (content.Write() != before)
        {
            var edited = await Grain(id).Edit(await Order(cancellation), content);
            if (!edited.Done) return await Refuse(edited, cancellation);
            Seen = edited.Value;
        }

        if (submit)
        {
            var submitted = await Grain(id).SubmitForReview(await Order(cancellation) with { Command = Derived(1) });
            if (!submitted.Done) return await Refuse(submitted, cancellation);
        }

        return Redirect($"/desk/achievements/{id}/edit?done={(submit ? "submitted" : "saved")}");
    }

    private async Task<AchievementContent> AddUploads(AchievementContent content, CancellationToken cancellation)
    {
        foreach (var upload in Uploads)
        {
            await using var stream = upload.OpenReadStream();
            var kept = await store.Keep(stream, upload.FileName, cancellation);
            if (!kept.Done)
            {
                Faults.Add(new Fault("files", kept.Refusal.Value, kept.Detail));
                continue;
            }

            var file = kept.Value;
            var tier = UploadTier == nameof(Tier.Registered) ? Tier.Registered : Tier.Public;
            content = content with { Files = [.. content.Files.Where(f => f.Sha256 != file.Sha256), new AttachedFile(file.Sha256, file.FileName, file.ContentType, file.Length, tier)] };
        }

        return content;
    }

    private async Task<IActionResult?> Open(Guid id, CancellationToken cancellation)
    {
        var row = await db.Set<Achievement>().AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, cancellation);
        var may = row is null ? await actor.May(Act.WriteAchievement, null, cancellation) : await actor.MayOn(Act.WriteAchievement, row.Organisation, id, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (row is null) return NotFound();
        Row = row;
        if (may.Value.Organisation != row.Organisation) Agency = may.Value;
        Working = AchievementContent.Read(row.Content);
        await Begin(row.Version, steps => db.Set<AchievementVersion>().Where(v => v.Achievement == id && steps.Contains(v.Command)).Select(v => v.Number), cancellation);
        ViewData["Demo"] = row.Demo;
        return null;
    }

    protected override async Task<IActionResult> Show(CancellationToken cancellation)
    {
        Renew();
        Gates = Domain.Achievements.Gates.Of(Working);
        var stems = AchievementWriting.Stems(Working);
        SamePatent = await (
            from p in db.Set<AchievementPatent>().AsNoTracking()
            where stems.Contains(p.Number) && p.Achievement != Row.Id
            join a in db.Set<Achievement>().AsNoTracking() on p.Achievement equals a.Id
            where a.Organisation == Row.Organisation
            select a).Distinct().Take(10).ToListAsync(cancellation);
        // Who was interested is the unit's to know.
        var views = Agency is not null ? [] : await (
            from v in db.Set<AchievementView>().AsNoTracking()
            where v.Achievement == Row.Id
            join o in db.Set<Organisation>().AsNoTracking() on v.Organisation equals o.Id
            join p in db.Set<Person>().AsNoTracking() on v.Person equals p.Id
            orderby v.At descending
            select new ViewEntry(v.At, o.Name, p.DisplayName, v.What)).Take(50).ToListAsync(cancellation);
        // The unit sells: from the announcement to the close it would read from these names who bids, and losers stay unnamed for ever.
        var trades = await db.Set<AchievementVersion>().AsNoTracking()
            .Where(v => v.Achievement == Row.Id && (v.Act == AchievementAct.EnterTrade || v.Act == AchievementAct.LeaveTrade || v.Act == AchievementAct.MarkTraded))
            .OrderBy(v => v.Number).Select(v => new { v.Act, v.At }).ToListAsync(cancellation);
        Views = views.ConvertAll(v => trades.LastOrDefault(t => t.At <= v.At)?.Act == AchievementAct.EnterTrade ? v with { Organisation = null, Person = null } : v);
        var last = await db.Set<AchievementVersion>().AsNoTracking().Where(v => v.Achievement == Row.Id && (v.Act == AchievementAct.Return || v.Act == AchievementAct.SubmitForReview || v.Act == AchievementAct.Publish))
            .OrderByDescending(v => v.Number).FirstOrDefaultAsync(cancellation);
        Returned = last?.Act == AchievementAct.Return ? last.Reason : null;
        return Page();
    }

    private IAchievementGrain Grain(Guid id) => grains.GetGrain<IAchievementGrain>(id);

    private async Task<By> Order(CancellationToken cancellation) => new(Command, (await actor.Get(cancellation)).Person!.Value, Seen, Agency?.Organisation);
}
