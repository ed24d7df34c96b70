using System.Security.Cryptography;
using System.Text;
using Marketplace.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Organisations;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Demo;

/// <summary>Puts the cast, its accounts, its listings and its money into the market.</summary>
public sealed class DemoLoading(IServiceProvider services, IMarketplaceDbFactory databases, DemoDemands demands, TimeProvider clock)
{
    /// <summary>50,000,000 yuan for each enterprise: deposits of a day's auctions fit in.</summary>
    private const long PurseFen = 5_000_000_000;

    /// <summary>Whether the whole demonstration is there; half of one is none, and is finished by the next load.</summary>
    public async Task<bool> IsThere(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return await db.Set<DueWorkRow>().AnyAsync(w => w.Kind == DemoRemoval.PruneWork, cancellation);
    }

    /// <summary>Whether a removal was begun that has not ended.</summary>
    public async Task<bool> IsLeaving(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return await db.Set<DueWorkRow>().AnyAsync(w => w.Kind == DemoRemoval.RemoveWork, cancellation);
    }

    /// <summary>Whether nobody has ever registered here; a cast whose loading was cut off does not count.</summary>
    public async Task<bool> IsEmptyButForTheCast(CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return !await db.Set<Organisation>().AnyAsync(o => !o.Demo, cancellation);
    }

    /// <returns>How many works are listed. What is there already stays as it is, so that a load that was cut off can be repeated.</returns>
    public async Task<int> Load(CancellationToken cancellation)
    {
        var organisations = await Cast(cancellation);
        var works = await List(organisations, cancellation);
        await demands.Load(organisations, cancellation);
        await DemoServices.Load(databases, services.GetRequiredService<IGrainFactory>(), organisations, clock.GetUtcNow(), cancellation);
        await using var scope = services.CreateAsyncScope();
        var deposits = scope.ServiceProvider.GetRequiredService<DepositAccounts>();
        var @operator = await MemberOf(organisations[0], cancellation);
        foreach (var (id, place) in organisations.Select((id, place) => (id, place)).Where(o => DemoCast.Organisations[o.place].Kind == OrganisationKind.Enterprise))
        {
            if ((await deposits.Account(id)).Credits.Length > 0) continue;
            // Straight into the book: whoever is abroad has its money in that of cards, without a card.
            var book = services.GetRequiredService<IGrainFactory>().GetGrain<IBookGrain>(await deposits.BookOf(id, cancellation) ?? DepositAccounts.DemoBook);
            var credited = await book.Confirm(new ConfirmCredit(
                Guid.CreateVersion7(), id, PurseFen, Instant.Cut(clock.GetUtcNow()) - TimeSpan.FromHours(2), $"DEMO-{place:D2}-{Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}",
                await deposits.ReferenceOf(id, cancellation), @operator));
            if (!credited.Done) throw new InvalidOperationException($"Demo money was refused: {credited.Refusal}");
        }

        await DemoBrokers.Load(scope.ServiceProvider, organisations, clock.GetUtcNow(), cancellation);
        // Last: it says that everything else is there.
        await using var db = databases.Create();
        await db.SaveWithWork(DemoRemoval.PruneWork, DemoRemoval.PruneKey, clock.GetUtcNow(), cancellation);
        return works;
    }

    /// <summary>Somebody who may act for the organisation.</summary>
    private async Task<Guid> MemberOf(Guid organisation, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        return await db.Set<MembershipRow>().Where(m => m.Organisation == organisation).OrderBy(m => m.Since).Select(m => m.Person).FirstAsync(cancellation);
    }

    private async Task<Guid[]> Cast(CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var (db, people) = (scope.ServiceProvider.GetRequiredService<MarketplaceDb>(), scope.ServiceProvider.GetRequiredService<UserManager<Person>>());
        var known = await db.Set<Organisation>().AsNoTracking().Where(o => o.Demo).ToListAsync(cancellation);
        if (known.Count > 0) return [.. DemoCast.Organisations.Select(o => known.First(k => k.Name == o.Name).Id)];
        var now = clock.GetUtcNow();
        var ids = DemoCast.Organisations.Select(_ => Guid.CreateVersion7(now)).ToArray();
        // One password, hashed once: it stands in the README anyway.
        var hash = people.PasswordHasher.HashPassword(new Person { DisplayName = "" }, DemoCast.Password);
        await db.WriteAsync(
            async token =>
            {
                foreach (var (organisation, place) in DemoCast.Organisations.Select((o, place) => (o, place)))
                {
                    db.Add(new Organisation
                    {
                        Id = ids[place],
                        Kind = organisation.Kind,
                        Name = organisation.Name,
                        Uscc = DemoCast.UsccOf(place),
                        Country = organisation.Abroad?.Country,
                        RegistryNumber = organisation.Abroad?.Number,
                        Region = organisation.Region,
                        State = VerificationState.Verified,
                        Demo = true,
                        CreatedAt = now,
                        Version = 1,
                    });
                    db.Add(new OrganisationHistoryRow { Id = Guid.CreateVersion7(now), Organisation = ids[place], Event = OrganisationEvent.Registered, At = now });
                    db.Add(new OrganisationHistoryRow { Id = Guid.CreateVersion7(now), Organisation = ids[place], Event = OrganisationEvent.Accepted, At = now });
                }

                await db.SaveChangesAsync(token);
                // Who bids by itself has a member too, but no password: nobody signs in as one of them.
                var others = Enumerable.Range(0, ids.Length).Where(place => DemoCast.Accounts.All(a => a.Organisation != place))
                    .Select(place => new DemoAccount($"member{place}{DemoCast.EmailEnd}", "演示成员", place, MemberRole.Owner, MemberRole.Signatory));
                foreach (var account in DemoCast.Accounts.Concat(others))
                {
                    var person = new Person
                    {
                        Id = Guid.CreateVersion7(now),
                        DisplayName = account.Name,
                        UserName = account.Email,
                        Email = account.Email,
                        EmailConfirmed = true,
                        PasswordHash = account.Name == "演示成员" ? null : hash,
                    };
                    var created = await people.CreateAsync(person);
                    if (!created.Succeeded) throw new InvalidOperationException($"A demo account was not made: {string.Join(", ", created.Errors.Select(e => e.Code))}");
                    foreach (var role in account.Roles) db.Add(new MembershipRow { Person = person.Id, Organisation = ids[account.Organisation], Role = role, Since = now });
                }

                await db.SaveChangesAsync(token);
            },
            cancellation);
        return ids;
    }

    private async Task<int> List(Guid[] organisations, CancellationToken cancellation)
    {
        var import = services.GetRequiredService<AchievementImport>();
        var lines = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Demo", "Data", "csl-achievements.jsonl"), cancellation);
        var units = organisations.Where((_, place) => DemoCast.Organisations[place].Kind == OrganisationKind.University).ToArray();
        var works = 0;
        foreach (var (unit, place) in units.Select((unit, place) => (unit, place)))
        {
            var own = string.Join('\n', lines.Where((line, number) => line.Length > 0 && number % units.Length == place));
            var done = await import.Import(Encoding.UTF8.GetBytes(own), "csl-achievements.jsonl", new ImportOrder(unit, Guid.Empty, Publish: true, Strict: false), null, cancellation);
            if (!done.Done) throw new InvalidOperationException($"Demo works were refused: {done.Refusal} {done.Detail}");
            works += done.Value.Added + done.Value.Updated + done.Value.Unchanged;
        }

        return works;
    }
}
