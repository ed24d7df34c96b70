using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Files;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Achievements;

/// <summary>Bulk import by the unit: choose a file, see what would happen, run it, watch or stop it. What comes in is a draft: the review comes after.</summary>
[RequestSizeLimit(FileCheck.MostBytes + 1024 * 1024)]
[RequestFormLimits(MultipartBodyLengthLimit = FileCheck.MostBytes + 1024 * 1024)]
public sealed class ImportModel(CurrentActor actor, AchievementImport import, ImportJobs jobs) : PageModel
{
    public Membership Membership { get; private set; } = null!;

    public ImportJob? Job { get; private set; }

    public Refusal? Refused { get; private set; }

    public string? About { get; private set; }

    public async Task<IActionResult> OnGet(Guid? job, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        if (job is { } id && Find(id) is null) return Redirect("/desk/import");
        if (Job is { Running: true }) Response.Headers["Refresh"] = "1";
        return Page();
    }

    public async Task<IActionResult> OnPostCheck(IFormFile? file, bool strict, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        if (file is null || file.Length == 0) return Refuse(Refusal.FileEmpty, null);
        await using var stream = file.OpenReadStream();
        var content = await FileStore.ReadAll(stream, cancellation);
        if (!content.Done) return Refuse(content.Refusal.Value, null);
        var name = FileCheck.CleanName(file.FileName);
        if (!name.Done) return Refuse(name.Refusal.Value, null);
        var order = new ImportOrder(Membership.Organisation, (await actor.Get(cancellation)).Person!.Value, Publish: false, strict);
        var preview = await import.Preview(content.Value, name.Value, order, cancellation);
        return preview.Done ? Redirect($"/desk/import?job={jobs.Add(order, name.Value, content.Value, preview.Value).Id}") : Refuse(preview.Refusal.Value, preview.Detail);
    }

    public async Task<IActionResult> OnPostRun(Guid job, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        if (Find(job) is not { } found) return Redirect("/desk/import");
        found.Start(import);
        return Redirect($"/desk/import?job={job}");
    }

    public async Task<IActionResult> OnPostStop(Guid job, CancellationToken cancellation)
    {
        if (await Open(cancellation) is { } refused) return refused;
        Find(job)?.Stop();
        return Redirect($"/desk/import?job={job}");
    }

    private PageResult Refuse(Refusal refusal, string? about)
    {
        (Refused, About) = (refusal, about);
        return Page();
    }

    /// <summary>Only the unit's own imports are found.</summary>
    private ImportJob? Find(Guid id) => Job = jobs.Find(id) is { } job && job.Order.Organisation == Membership.Organisation ? job : null;

    private async Task<IActionResult?> Open(CancellationToken cancellation)
    {
        var may = await actor.May(Act.WriteAchievement, null, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        Membership = may.Value;
        ViewData["Demo"] = Membership.Demo;
        return null;
    }
}
