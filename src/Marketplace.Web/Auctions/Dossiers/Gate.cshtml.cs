using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Auctions.Dossiers;

/// <summary>The gate of a lot's dossier: everybody reads what is signed and how the files are called; who signed reads the files.</summary>
public sealed class GateModel(Lots lots, LotDossiers dossiers, Ndas ndas, CurrentActor actor, Refusals refusals, TimeProvider clock) : PageModel
{
    public DossierShown Dossier { get; private set; } = null!;
    public Lot Lot => Dossier.Lot;

    /// <summary>The membership that would read, and how its organisation stands; null for everybody who never could.</summary>
    public Membership? Reader { get; private set; }
    public DossierStanding? Standing { get; private set; }
    public bool Reads => Standing is { Closed: null };

    /// <summary>May sign for the reading organisation; or could, after the second factor.</summary>
    public bool Signs { get; private set; }
    public bool LacksFactor { get; private set; }
    public bool Sells { get; private set; }
    public bool SignedIn { get; private set; }
    public string PersonName => actor.PersonName ?? "";

    /// <summary>The id under which the form signs.</summary>
    public Guid Signature { get; private set; } = Guid.CreateVersion7();
    public string? Typed { get; private set; }
    public FieldFaults Faults { get; } = new(refusals);
    public DateTimeOffset Now => clock.GetUtcNow();

    public string Say(Refusal refusal) => refusals.Say(refusal);

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellation) => await Load(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostSignAsync(string id, Guid signature, string? name, string? textSha256, int years, bool accepted, CancellationToken cancellation)
    {
        if (!await Load(id, cancellation)) return NotFound();
        var may = await actor.May(Act.SignNda, Reader?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        if (signature == Guid.Empty) return this.Refused(Refusal.MalformedRequest);
        var person = (await actor.Get(cancellation)).Person!.Value;
        var signed = await ndas.Sign(Dossier, signature, may.Value, person, PersonName, (name, textSha256, years, accepted), cancellation);
        if (signed.Done) return Redirect($"/auctions/{Uri.EscapeDataString(id)}/dossier");
        await Load(id, cancellation);
        (Signature, Typed) = (signature, name);
        // Where the form is gone meanwhile, the page as a whole says why.
        Faults.Add(signed, Standing is { MaySign: true } ? ["name", "accepted"] : []);
        return Page();
    }

    public async Task<IActionResult> OnPostWithdrawAsync(string id, CancellationToken cancellation)
    {
        if (!await Load(id, cancellation)) return NotFound();
        var may = await actor.May(Act.SignNda, Reader?.Organisation, cancellation);
        if (!may.Done) return this.Refused(may.Refusal.Value);
        var left = await ndas.Withdraw(id, may.Value.Organisation, (await actor.Get(cancellation)).Person!.Value, cancellation);
        if (left.Done) return Redirect($"/auctions/{Uri.EscapeDataString(id)}/dossier");
        if (left.Refusal == Refusal.NotFound) return NotFound();
        Faults.Add(left.Refusal.Value);
        return Page();
    }

    private async Task<bool> Load(string id, CancellationToken cancellation)
    {
        if (await lots.Find(id, cancellation) is not { State: LotState.Announced } lot || await dossiers.Of(lot, cancellation) is not { } dossier) return false;
        Dossier = dossier;
        SignedIn = (await actor.Get(cancellation)).SignedIn;
        Sells = (await actor.May(Act.KeepDossier, lot.Seller, cancellation)).Done;
        if (await actor.May(Act.ReadDossier, cancellation: cancellation) is not { Done: true } may) return true;
        (Reader, Standing) = (may.Value, await ndas.Of(dossier, may.Value, cancellation));
        var signs = await actor.May(Act.SignNda, Reader.Organisation, cancellation);
        (Signs, LacksFactor) = (signs.Done, signs.Refusal == Refusal.SecondFactorRequired);
        return true;
    }
}
