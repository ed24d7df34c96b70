using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations.Mandates;

/// <summary>Who gives a command about a mandate, for which side, under which id, and which version that person had before the eyes.</summary>
public sealed record MandateOrder(Guid Command, MandateParty Party, Guid Person, string Name, int? Seen = null);

/// <summary>Keeps mandates: one transaction for each step with its version. Whoever calls has asked the policy.</summary>
public sealed class MandateBook(IMarketplaceDbFactory databases, IServiceProvider services, IEnumerable<MandateSubjects> sources, TimeProvider clock)
{
    private const int MostTries = 20;

    /// <summary>A proposal; its id is the id of the command, so that the form sent twice proposes once.</summary>
    public async Task<Result<Guid>> Propose(MandateOrder order, Guid agency, Guid client, MandateTerms terms, Guid? renews, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.Create();
            try
            {
                return await db.WriteAsync(token => Propose(db, order, agency, client, terms, renews, token), cancellation);
            }
            catch (DbUpdateException) when (attempt < MostTries)
            {
                // Somebody took the same number first.
            }
        }
    }

    public Task<Result<int>> Change(Guid id, MandateOrder order, MandateAct act, CancellationToken cancellation, MandateTerms? terms = null, DateOnly? day = null, string? reason = null) =>
        databases.WriteUnlessChanged((db, token) => Change(db, id, order, act, terms, day, reason, token), cancellation);

    /// <summary>The market's records say that the two belong together: a declared relation, or a person who is a member of both.</summary>
    public static async Task<bool> AreRelated(MarketplaceDb db, Guid one, Guid other, CancellationToken cancellation) =>
        await db.Set<RelatedPartyRow>().AnyAsync(r => r.EndedAt == null && ((r.Organisation == one && r.Other == other) || (r.Organisation == other && r.Other == one)), cancellation)
        || await db.Set<MembershipRow>().AnyAsync(m => m.Organisation == one && db.Set<MembershipRow>().Any(n => n.Organisation == other && n.Person == m.Person), cancellation);

    /// <summary>
    /// What this side can name, which is what it can read: the client everything of its own; the agency what is public, what a mandate of theirs in force
    /// covers, and what the terms before it name already. That somebody proposed a mandate opens nothing.
    /// </summary>
    /// <param name="named">What these terms name so far, or those of the mandate they renew.</param>
    public static async Task<IReadOnlyList<MandateSubject>> Nameable(
        MarketplaceDb db, IServiceProvider services, MandateSubjects source, MandateParty party, Guid agency, Guid client, IReadOnlyCollection<Guid> named, DateOnly today, CancellationToken cancellation)
    {
        var all = await source.Of(services, client, true, cancellation);
        if (party == MandateParty.Client) return all;
        var held = (await HeldMandates.InForce(db, today).Where(m => m.Agency == agency && m.Client == client && m.Side == source.Side).ToListAsync(cancellation)).ConvertAll(m => m.Read().Terms);
        if (held.Exists(t => t.Subjects.IsEmpty)) return all;
        var open = await source.Of(services, client, false, cancellation);
        return [.. open, .. all.Where(s => (named.Contains(s.Id) || held.Exists(t => t.Subjects.Contains(s.Id))) && open.All(o => o.Id != s.Id))];
    }

    private async Task<Result<Guid>> Propose(MarketplaceDb db, MandateOrder order, Guid agency, Guid client, MandateTerms terms, Guid? renews, CancellationToken token)
    {
        if (await db.Set<MandateRow>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == order.Command, token) is { } before)
            return await IsTheSame(db, before, order, agency, client, terms, renews, token) ? before.Id : Refusal.CommandIdReused;
        var both = await db.Set<Organisation>().AsNoTracking().Where(o => o.Id == agency || o.Id == client).ToListAsync(token);
        var (house, owner) = (both.Find(o => o.Id == agency), both.Find(o => o.Id == client));
        if (house is not { Kind: OrganisationKind.Agency, State: VerificationState.Verified } || owner is not { State: VerificationState.Verified } || house.Demo != owner.Demo || agency == client)
            return Refusal.UnknownClient;
        var old = renews is null ? null : await db.Set<MandateRow>().AsNoTracking().FirstOrDefaultAsync(m => m.Id == renews && m.Agency == agency && m.Client == client && m.Side == terms.Side, token);
        if (renews is not null && old is null) return Refusal.NotFound;
        if (await Fault(db, order.Party, agency, owner, terms, old, token) is { } fault) return Result<Guid>.Refuse(fault.Why, fault.Field);
        var now = clock.GetUtcNow();
        var year = Days.Of(now).Year;
        var mandate = new Mandate { Id = order.Command, Agency = agency, Client = client, Terms = terms, By = order.Party, ProposedAt = now, Renews = renews };
        var row = new MandateRow
        {
            Id = mandate.Id,
            Year = year,
            Ordinal = 1 + (await db.Set<MandateRow>().Where(m => m.Year == year).MaxAsync(m => (int?)m.Ordinal, token) ?? 0),
            Agency = agency,
            Client = client,
            Side = terms.Side,
            Demo = owner.Demo,
        };
        row.Take(mandate);
        db.Add(row);
        db.Add(VersionOf(mandate, order, MandateAct.Propose, null, now));
        await db.SaveChangesAsync(token);
        return row.Id;
    }

    private async Task<Result<int>> Change(MarketplaceDb db, Guid id, MandateOrder order, MandateAct act, MandateTerms? terms, DateOnly? day, string? reason, CancellationToken token)
    {
        if (await db.Set<MandateVersionRow>().AsNoTracking().FirstOrDefaultAsync(v => v.Mandate == id && v.Command == order.Command, token) is { } made)
            return IsTheSame(made, order, act, terms, day, reason) ? made.Number : Refusal.CommandIdReused;
        if (await db.Set<MandateRow>().FirstOrDefaultAsync(m => m.Id == id, token) is not { } row) return Refusal.NotFound;
        if (order.Seen is { } seen && seen != row.Version) return Refusal.ChangedMeanwhile;
        var why = Text.Allow(reason, Mandate.MostReason, "reason");
        if (!why.Done) return Result<int>.Refuse(why.Refusal.Value, "reason");
        if (why.Value is null && act is MandateAct.Decline or MandateAct.GiveNotice) return Result<int>.Refuse(Refusal.ReasonRequired, "reason");
        var now = clock.GetUtcNow();
        var client = await db.Set<Organisation>().FirstAsync(o => o.Id == row.Client, token);
        if (terms is not null && (terms.Side != row.Side ? ("side", Refusal.NotAClientOfThisSide) : await Fault(db, order.Party, row.Agency, client, terms, row, token)) is { } fault) return Result<int>.Refuse(fault.Item2, fault.Item1);
        var mandate = row.Read();
        var next = act switch
        {
            MandateAct.Revise => mandate.Revise(order.Party, terms!, now),
            MandateAct.Sign => mandate.Sign(order.Party, new MandateSignature(order.Person, order.Name, now), await Agreed(db, row.Client, token), now),
            MandateAct.Decline => mandate.Decline(order.Party, now),
            MandateAct.Withdraw => mandate.Withdraw(order.Party, now),
            MandateAct.GiveNotice => mandate.GiveNotice(now),
            MandateAct.ProposeEnd => mandate.ProposeEnd(order.Party, day ?? default, now),
            MandateAct.AgreeEnd => mandate.AgreeEnd(order.Party, now),
            MandateAct.Propose => throw new InvalidOperationException("A mandate is proposed once."),
        };
        if (!next.Done) return Result<int>.Refuse(next.Refusal.Value, next.Detail);
        if (ReferenceEquals(next.Value, mandate)) return row.Version;
        // Two mandates of one client that exclude each other, signed at the same moment, meet at the client's version.
        if (next.Value.State is MandateState.Signed && mandate.State is MandateState.Proposed) client.Version++;
        row.Take(next.Value);
        db.Add(VersionOf(next.Value, order, act, why.Value, now));
        await db.SaveChangesAsync(token);
        return row.Version;
    }

    /// <summary>The command came back with what it said the first time; a version keeps what that was.</summary>
    private static async Task<bool> IsTheSame(MarketplaceDb db, MandateRow row, MandateOrder order, Guid agency, Guid client, MandateTerms terms, Guid? renews, CancellationToken token)
    {
        var first = Mandate.Read((await db.Set<MandateVersionRow>().AsNoTracking().FirstAsync(v => v.Mandate == row.Id && v.Number == 1, token)).Body);
        return (first.Agency, first.Client, first.By, first.Renews) == (agency, client, order.Party, renews) && first.Terms == terms;
    }

    private static bool IsTheSame(MandateVersionRow made, MandateOrder order, MandateAct act, MandateTerms? terms, DateOnly? day, string? reason)
    {
        var after = Mandate.Read(made.Body);
        return (made.Act, made.Party, made.Reason) == (act, order.Party, string.IsNullOrWhiteSpace(reason) ? null : reason)
            && (act != MandateAct.Revise || after.Terms == terms) && (act != MandateAct.ProposeEnd || after.EndAskedFor == day);
    }

    /// <param name="before">The mandate as it stands, or the one that is renewed.</param>
    private async Task<(string Field, Refusal Why)?> Fault(MarketplaceDb db, MandateParty party, Guid agency, Organisation client, MandateTerms terms, MandateRow? before, CancellationToken token)
    {
        var today = Days.Of(clock.GetUtcNow());
        var faults = terms.Faults(client.Kind, await AreRelated(db, agency, client.Id, token), today);
        if (faults.Length > 0) return faults[0];
        if (terms.Subjects.IsEmpty) return null;
        // Only what is the client's own can be named, and by the agency only what it knows to be: another answer would say whose a thing is.
        var known = sources.FirstOrDefault(s => s.Side == terms.Side) is { } source
            ? await Nameable(db, services, source, party, agency, client.Id, before is null ? [] : before.Read().Terms.Subjects, today, token)
            : [];
        return terms.Subjects.All(s => known.Any(k => k.Id == s)) ? null : ("subjects", Refusal.NotFound);
    }

    private static async Task<List<Mandate>> Agreed(MarketplaceDb db, Guid client, CancellationToken token) =>
        (await db.Set<MandateRow>().AsNoTracking().Where(m => m.Client == client && m.State == MandateState.Signed).ToListAsync(token)).ConvertAll(m => m.Read());

    private static MandateVersionRow VersionOf(Mandate mandate, MandateOrder order, MandateAct act, string? reason, DateTimeOffset at) => new()
    {
        Mandate = mandate.Id,
        Number = mandate.Version,
        Command = order.Command,
        Act = act,
        Party = order.Party,
        Person = order.Person,
        Reason = reason,
        Body = mandate.Write(),
        At = at,
    };
}
