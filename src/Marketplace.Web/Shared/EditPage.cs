using Marketplace.Domain.Common;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Shared;

/// <summary>A page on which one record is written. Each form it gives is one command, and nothing typed is lost when something is refused.</summary>
public abstract class EditPage : PageModel
{
    /// <summary>The id of the command that this form gives when it is sent: sent twice, it is one command.</summary>
    [BindProperty]
    public Guid Command { get; set; }

    /// <summary>The version that the form was filled from.</summary>
    [BindProperty]
    public int Seen { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public List<Fault> Faults { get; } = [];

    /// <summary>What was refused as a whole.</summary>
    public Refusal? Refused { get; protected set; }

    public string? FaultOf(string field) => Faults.Find(f => f.Field == field)?.Why.ToString();

    /// <summary>The form that is given now is about this version. One that was sent keeps its own, and has seen what its own steps wrote before a reply was lost.</summary>
    /// <param name="written">The numbers of the versions that these commands wrote.</param>
    protected async Task Begin(int version, Func<Guid[], IQueryable<int>> written, CancellationToken cancellation)
    {
        if (Command == Guid.Empty) (Command, Seen) = (Guid.CreateVersion7(), version);
        else Seen = Math.Max(Seen, await written([Command, Derived(1), Derived(2)]).OrderDescending().FirstOrDefaultAsync(cancellation));
    }

    /// <summary>Adds what was found wrong; of each field the first is said.</summary>
    /// <returns>Nothing is wrong.</returns>
    protected bool IsClean(IEnumerable<Fault> found, bool submit)
    {
        Faults.AddRange(found.Where(f => Faults.TrueForAll(g => g.Field != f.Field)));
        if (Faults.Count > 0) Refused = submit ? Refusal.NotReady : null;
        return Faults.Count == 0;
    }

    /// <summary>A command id of its own that follows from the form's, so that a form sent twice does each of its steps once.</summary>
    protected Guid Derived(byte step)
    {
        var bytes = Command.ToByteArray();
        bytes[^1] ^= step;
        return new Guid(bytes);
    }

    /// <summary>The page again with what was refused, at its field where it has one.</summary>
    protected Task<IActionResult> Refuse<T>(Result<T> answer, CancellationToken cancellation)
    {
        Refused = answer.Refusal;
        if (answer is { Detail: { } field, Refusal: { } why }) Faults.Add(new Fault(field, why));
        return Show(cancellation);
    }

    /// <summary>What is shown comes from the model, not from what was sent; after a refusal the form is a new command.</summary>
    protected void Renew()
    {
        ModelState.Clear();
        if (Faults.Count > 0 || Refused is not null) Command = Guid.CreateVersion7();
    }

    protected abstract Task<IActionResult> Show(CancellationToken cancellation);
}
