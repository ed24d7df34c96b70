using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>A person of an organisation who is signed in twice: as a program and in a browser.</summary>
/// <param name="Api">Carries a bearer token.</param>
/// <param name="Pages">Carries the cookies of a browser and its Origin; does not follow redirects.</param>
public sealed record Somebody(Guid Organisation, Guid Person, string Email, string Password, HttpClient Api, HttpClient Pages);

/// <summary>Organisations and people of tests.</summary>
public partial class MarketHost
{
    public const string Password = "a long enough sentence";

    private static readonly PasswordHasher<Person> QuickHasher = new(Microsoft.Extensions.Options.Options.Create(QuickHashing));
    private static readonly string PasswordHash = QuickHasher.HashPassword(new Person { DisplayName = "" }, Password);
    private static int _count;

    /// <summary>Few rounds: tests prove rules, not how slow a hash is.</summary>
    private static PasswordHasherOptions QuickHashing => new() { IterationCount = 1000 };

    /// <summary>A verified university with an owner.</summary>
    public Task<Somebody> University(string? name = null) => Organisation(OrganisationKind.University, name);

    /// <summary>A verified enterprise whose first member is owner, and signatory too, and has shown a second factor.</summary>
    public async Task<Somebody> Enterprise(string? name = null)
    {
        var somebody = await Organisation(OrganisationKind.Enterprise, name);
        await GiveRole(somebody.Organisation, somebody.Person, MemberRole.Signatory);
        return await ShowsSecondFactor(somebody);
    }

    /// <summary>The same person with an authenticator, signed in anew as a program.</summary>
    public async Task<Somebody> ShowsSecondFactor(Somebody somebody)
    {
        var key = await EnableSecondFactor(somebody.Pages);
        somebody.Api.Dispose();
        return somebody with { Api = await SignInProgram(somebody.Email, somebody.Password, SecondFactor.Digits(key)) };
    }

    /// <summary>A member of the market's operator. There is one operator in a market.</summary>
    public async Task<Somebody> Operator()
    {
        var id = await InDatabase(db => Task.FromResult(db.Set<Organisation>().Where(o => o.Kind == OrganisationKind.Operator).Select(o => (Guid?)o.Id).FirstOrDefault()))
            ?? await RegisterOrganisation(OrganisationKind.Operator, "市场运营方");
        return await Member(id, MemberRole.Staff);
    }

    /// <summary>An organisation of a kind with an owner.</summary>
    public async Task<Somebody> Organisation(
        OrganisationKind kind, string? name = null, VerificationState state = VerificationState.Verified, bool demo = false) =>
        await Member(await RegisterOrganisation(kind, name, state, demo), MemberRole.Owner);

    /// <summary>A new person with a role in an organisation, signed in.</summary>
    public async Task<Somebody> Member(Guid organisation, MemberRole role, string? name = null)
    {
        var (person, email) = await RegisterPerson(name);
        await GiveRole(organisation, person, role);
        return new Somebody(organisation, person, email, Password, await SignInProgram(email), await SignInBrowser(email));
    }

    /// <summary>An organisation straight into the database, with a code of its own that passes the check unless it is registered abroad.</summary>
    public async Task<Guid> RegisterOrganisation(
        OrganisationKind kind, string? name = null, VerificationState state = VerificationState.Verified, bool demo = false, string? uscc = null, RegistryEntry? abroad = null)
    {
        var number = Interlocked.Increment(ref _count);
        var id = Guid.CreateVersion7();
        await InDatabase(async db =>
        {
            var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
            db.Add(new Organisation
            {
                Id = id,
                Kind = kind,
                Name = name ?? $"{kind} {number}",
                Uscc = abroad is null ? uscc ?? ValidUscc(number) : null,
                Country = abroad?.Country,
                RegistryNumber = abroad?.Number,
                Region = abroad is null ? "330106" : null,
                State = state,
                Demo = demo,
                CreatedAt = now,
                SubmittedAt = state is VerificationState.Pending ? now : null,
            });
            return await db.SaveChangesAsync();
        });
        return id;
    }

    /// <summary>A person with an account and no role.</summary>
    public async Task<(Guid Person, string Email)> RegisterPerson(string? name = null)
    {
        var number = Interlocked.Increment(ref _count);
        var email = $"person{number}@market.example";
        var person = new Person
        {
            Id = Guid.CreateVersion7(),
            DisplayName = name ?? $"Person {number}",
            UserName = email,
            NormalizedUserName = email.ToUpperInvariant(),
            Email = email,
            NormalizedEmail = email.ToUpperInvariant(),
            PasswordHash = PasswordHash,
            SecurityStamp = Guid.CreateVersion7().ToString(),
            LockoutEnabled = true,
        };
        await InDatabase(db =>
        {
            db.Add(person);
            return db.SaveChangesAsync();
        });
        return (person.Id, email);
    }

    public Task GiveRole(Guid organisation, Guid person, MemberRole role) => InDatabase(db =>
    {
        db.Add(new MembershipRow { Person = person, Organisation = organisation, Role = role, Since = Services.GetRequiredService<TimeProvider>().GetUtcNow() });
        return db.SaveChangesAsync();
    });

    /// <summary>A client with a bearer token from the API's own sign-in.</summary>
    public async Task<HttpClient> SignInProgram(string email, string password = Password, string? twoFactorCode = null)
    {
        var client = CreateClient();
        var answer = await client.PostAsJsonAsync("/api/identity/login", new { email, password, twoFactorCode });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A browser that went through the sign-in page.</summary>
    public async Task<HttpClient> SignInBrowser(string email, string password = Password)
    {
        var browser = Browser();
        var answer = await browser.Submit("/sign-in", new() { ["email"] = email, ["password"] = password });
        Assert.Equal(System.Net.HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>Sets up an authenticator as the account page does it.</summary>
    /// <returns>The key, for <see cref="SecondFactor.Digits"/>.</returns>
    public static async Task<string> EnableSecondFactor(HttpClient browser)
    {
        var begun = await browser.Submit("/account/second-factor", [], "Begin");
        var page = await begun.Content.ReadAsStringAsync();
        var key = SecondFactor.KeyOn(page);
        var enabled = await browser.Submit(page, "/account/second-factor?handler=Enable", new() { ["code"] = SecondFactor.Digits(key) });
        Assert.Equal(System.Net.HttpStatusCode.OK, enabled.StatusCode);
        return key;
    }

    /// <summary>A browser of a visitor: cookies, its Origin, redirects shown and not followed.</summary>
    public HttpClient Browser()
    {
        var client = CreateClient(new() { AllowAutoRedirect = false, HandleCookies = true });
        client.DefaultRequestHeaders.Add("Origin", "http://localhost");
        return client;
    }

    /// <summary>Looks into or changes the database.</summary>
    public async Task<T> InDatabase<T>(Func<MarketplaceDb, Task<T>> work)
    {
        await using var db = Services.GetRequiredService<IMarketplaceDbFactory>().Create();
        return await work(db);
    }

    public static string ValidUscc(int number)
    {
        var code = $"91330106MA{number:D6}";
        code += Uscc.OrganisationCheck(code.AsSpan(8, 8));
        return code + Uscc.CheckCharacter(code);
    }
}

/// <summary>What a browser does with a page.</summary>
public static partial class BrowserExtensions
{
    /// <summary>Opens a page, fills in its form and sends it with the antiforgery token the page gave.</summary>
    /// <param name="handler">The page handler to post to, when the page has several forms.</param>
    public static async Task<HttpResponseMessage> Submit(this HttpClient browser, string page, Dictionary<string, string> fields, string? handler = null)
    {
        var target = handler is null ? page : $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}handler={handler}";
        return await browser.Submit(await browser.GetStringAsync(page), target, fields);
    }

    /// <summary>Sends a form of a page that is already open.</summary>
    public static Task<HttpResponseMessage> Submit(this HttpClient browser, string html, string target, Dictionary<string, string> fields)
    {
        var all = new Dictionary<string, string>(fields) { ["__RequestVerificationToken"] = TokenOn(html) };
        return browser.PostAsync(target, new FormUrlEncodedContent(all));
    }

    /// <summary>The antiforgery token that a page gave.</summary>
    public static string TokenOn(string html) => AntiforgeryField().Match(html).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();
}

/// <summary>An authenticator (RFC 6238, thirty seconds, six digits).</summary>
public static partial class SecondFactor
{
    /// <summary>The key that the page shows for typing.</summary>
    public static string KeyOn(string page) => KeyText().Match(page).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    public static string Digits(string key)
    {
        Span<byte> counter = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(counter, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // What every authenticator computes.
        var hash = System.Security.Cryptography.HMACSHA1.HashData(Base32(key), counter);
#pragma warning restore CA5350
        var offset = hash[^1] & 15;
        var number = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] Base32(string key)
    {
        var bytes = new List<byte>();
        var (buffer, bits) = (0, 0);
        foreach (var c in key)
        {
            buffer = ((buffer << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal)) & 0xFFFF;
            bits += 5;
            if (bits < 8) continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
        }

        return [.. bytes];
    }

    [GeneratedRegex("class=\"mono key\">([a-z2-7 ]+)<")]
    private static partial Regex KeyText();
}
