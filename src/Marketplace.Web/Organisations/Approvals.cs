using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Marketplace.Organisations;

/// <summary>A privileged act of the market's own people, kept for ever.</summary>
public sealed class DeskAct
{
    /// <summary>The id of the command, so that a repetition is the same act.</summary>
    public required Guid Id { get; init; }
    public required string What { get; init; }
    public required string Subject { get; init; }
    public required Guid Person { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>双人复核 as it is kept. Whoever calls has asked the policy; the rules are in <see cref="Approval"/>.</summary>
public sealed class Approvals(MarketplaceDb db, TimeProvider clock)
{
    /// <summary>Proposals for a subject, newest first.</summary>
    public Task<List<Approval>> Of(string subject, CancellationToken cancellation = default) =>
        db.Set<Approval>().AsNoTracking().Where(a => a.Subject == subject).OrderByDescending(a => a.ProposedAt).ToListAsync(cancellation);

    public Task<Approval?> Find(Guid id, CancellationToken cancellation = default) => db.Set<Approval>().SingleOrDefaultAsync(a => a.Id == id, cancellation);

    /// <summary>The id comes with the form, so that sending it twice proposes once.</summary>
    public async Task<Result<Approval>> Propose(
        Guid id, string what, string subject, string ground, string? reason, (string Sha256, string Name)? evidence, Guid person, bool demo, CancellationToken cancellation = default)
    {
        if (await Find(id, cancellation) is { } before) return before.Subject == subject && before.What == what ? before : Refusal.NotFound;
        var now = clock.GetUtcNow();
        var open = (await Of(subject, cancellation)).FirstOrDefault(a => a.What == what && a.IsOpen(now));
        var proposed = Approval.Propose(id, what, subject, ground, reason, evidence, person, demo, open, now);
        if (!proposed.Done) return proposed;
        db.Add(proposed.Value);
        await Note(id, $"{what}.propose", subject, person, cancellation);
        return proposed;
    }

    /// <summary>Another person confirms; the work that carries it out is written in the same transaction.</summary>
    public Task<Result<Approval>> Confirm(Approval approval, Guid person, string work, CancellationToken cancellation = default) =>
        Change(approval, approval.Confirm(person, clock.GetUtcNow()), $"{approval.What}.confirm", person, work, cancellation);

    public Task<Result<Approval>> Withdraw(Approval approval, Guid person, CancellationToken cancellation = default) =>
        Change(approval, approval.Withdraw(clock.GetUtcNow()), $"{approval.What}.withdraw", person, null, cancellation);

    /// <summary>It was carried out, or found impossible.</summary>
    public async Task Done(Approval approval, Refusal? refused, CancellationToken cancellation = default)
    {
        db.Entry(approval).CurrentValues.SetValues(approval.Done(refused, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Keeps a privileged act that one person does alone; once for each command.</summary>
    public async Task Note(Guid id, string what, string subject, Guid person, CancellationToken cancellation = default)
    {
        if (!await db.Set<DeskAct>().AnyAsync(a => a.Id == id, cancellation))
            db.Add(new DeskAct { Id = id, What = what, Subject = subject, Person = person, At = clock.GetUtcNow() });
        await db.SaveChangesAsync(cancellation);
    }

    private async Task<Result<Approval>> Change(Approval before, Result<Approval> after, string what, Guid person, string? work, CancellationToken cancellation)
    {
        if (!after.Done || ReferenceEquals(before, after.Value)) return after;
        var now = clock.GetUtcNow();
        db.Entry(before).CurrentValues.SetValues(after.Value);
        db.Add(new DeskAct { Id = Guid.CreateVersion7(now), What = what, Subject = before.Subject, Person = person, At = now });
        try
        {
            if (work is null) await db.SaveChangesAsync(cancellation);
            else await db.SaveWithWork(work, before.Id.ToString(), now, cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Refusal.ChangedMeanwhile;
        }

        return before;
    }
}

internal sealed class ApprovalTables : IEntityTypeConfiguration<Approval>, IEntityTypeConfiguration<DeskAct>
{
    public void Configure(EntityTypeBuilder<Approval> builder)
    {
        builder.ToTable("approvals");
        builder.Property(a => a.What).HasMaxLength(40);
        builder.Property(a => a.Subject).HasMaxLength(60);
        builder.Property(a => a.Ground).HasMaxLength(40);
        builder.Property(a => a.Reason).HasMaxLength(Approval.MostReason);
        builder.Property(a => a.EvidenceSha256).HasMaxLength(64);
        builder.Property(a => a.EvidenceName).HasMaxLength(300);
        builder.Property(a => a.Refused).HasMaxLength(40);
        builder.Property(a => a.Version).IsConcurrencyToken();
        builder.HasIndex(a => a.Subject);
    }

    public void Configure(EntityTypeBuilder<DeskAct> builder)
    {
        builder.ToTable("desk_acts");
        builder.Property(a => a.What).HasMaxLength(60);
        builder.Property(a => a.Subject).HasMaxLength(60);
        builder.HasIndex(a => a.Subject);
    }
}
