using System.Buffers.Text;
using System.Security.Cryptography;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Organisations;

/// <summary>
/// <c>operator create --email E --name N [--organisation O] [--password P]</c>: makes the operator of this market and its
/// owner; where the operator is there already, one more member of its staff.
/// </summary>
public static class OperatorCommand
{
    /// <returns>0 when done, 2 when the words are not understood or refused.</returns>
    public static async Task<int> Run(IServiceProvider services, string[] args, TextWriter output)
    {
        await using var scope = services.CreateAsyncScope();
        var provider = scope.ServiceProvider;
        var texts = provider.GetRequiredService<IStringLocalizer<OrganisationTexts>>();
        var words = Words(args);
        if (args is not ["create", ..] || words is null || !words.TryGetValue("--email", out var email) || !words.TryGetValue("--name", out var name))
        {
            await output.WriteLineAsync(texts["Operator.Usage"]);
            return 2;
        }

        // Nobody sees a made-up password but who runs the command; it is to be changed at the first sign-in.
        var password = words.GetValueOrDefault("--password") ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));
        var (person, wrong) = NewPerson.Read(new PersonForm(name, email, password), null);
        if (person is null)
        {
            var refusals = provider.GetRequiredService<Refusals>();
            foreach (var refusal in wrong) await output.WriteLineAsync($"{refusal.Field}: {refusals.Say(refusal.Refusal)}");
            return 2;
        }

        var made = await Make(provider, person, words.GetValueOrDefault("--organisation"));
        await output.WriteLineAsync(made ? texts["Operator.Made", person.Email, words.ContainsKey("--password") ? "***" : password] : texts["Operator.Added", person.Email]);
        return 0;
    }

    /// <returns>False when the person had an account, which keeps its password.</returns>
    private static async Task<bool> Make(IServiceProvider provider, NewPerson person, string? organisationName)
    {
        var db = provider.GetRequiredService<MarketplaceDb>();
        var people = provider.GetRequiredService<UserManager<Person>>();
        var now = provider.GetRequiredService<TimeProvider>().GetUtcNow();
        return await db.WriteAsync(async token =>
        {
            var account = await people.FindByEmailAsync(person.Email);
            var made = account is null;
            if (account is null)
            {
                // Whoever runs the machine says whose address it is.
                account = new Person { Id = Guid.CreateVersion7(), DisplayName = person.Name, UserName = person.Email, Email = person.Email, EmailConfirmed = true };
                await provider.GetRequiredService<Registration>().Create(account, person.Password);
            }

            var market = await db.Set<Organisation>().SingleOrDefaultAsync(o => o.Kind == OrganisationKind.Operator && !o.Demo, token);
            var role = market is null ? MemberRole.Owner : MemberRole.Staff;
            if (market is null)
            {
                market = new Organisation
                {
                    Id = Guid.CreateVersion7(),
                    Kind = OrganisationKind.Operator,
                    State = VerificationState.Verified,
                    CreatedAt = now,
                    Name = organisationName is { Length: > 0 and <= NewOrganisation.MostName } ? organisationName : provider.GetRequiredService<IStringLocalizer<OrganisationTexts>>()["Kind.Operator"],
                };
                db.Add(market);
                Note(market.Id, OrganisationEvent.Registered);
                Note(market.Id, OrganisationEvent.Accepted);
            }

            if (!await db.Set<MembershipRow>().AnyAsync(m => m.Organisation == market.Id && m.Person == account.Id, token))
            {
                db.Add(new MembershipRow { Person = account.Id, Organisation = market.Id, Role = role, Since = now });
                Note(market.Id, OrganisationEvent.Joined, $"{person.Email} {role}");
            }

            await db.SaveChangesAsync(token);
            return made;
        });

        void Note(Guid organisation, OrganisationEvent what, string? detail = null) => db.Add(new OrganisationHistoryRow
        {
            Id = Guid.CreateVersion7(),
            Organisation = organisation,
            Event = what,
            At = now,
            Detail = detail,
        });
    }

    private static Dictionary<string, string>? Words(string[] args)
    {
        var words = new Dictionary<string, string>();
        for (var i = 1; i < args.Length; i += 2)
        {
            if (i + 1 >= args.Length || args[i] is not ("--email" or "--name" or "--organisation" or "--password")) return null;
            words[args[i]] = args[i + 1];
        }

        return words;
    }
}
