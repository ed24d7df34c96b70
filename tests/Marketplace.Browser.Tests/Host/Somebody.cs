using System.Security.Cryptography;
using Microsoft.Playwright;

namespace Marketplace.Browser.Tests.Host;

/// <summary>A person at a browser. What the page complains about fails at once, with its words.</summary>
public sealed class Somebody
{
    public const string Password = "青山隐隐水迢迢-2026";

    private readonly List<string> _faults = [];

    public Somebody(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => Note($"script: {error}");
        page.Response += (_, answer) => Note(answer.Status >= 500 ? $"{answer.Status} {answer.Url}" : null);
        page.Console += (_, said) => Note(said.Type == "error" && said.Text.Contains("Content Security Policy", StringComparison.Ordinal) ? said.Text : null);
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, answers of 500 and more, and what the content policy stopped.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults) return [.. _faults];
        }
    }

    /// <summary>Whatever language and window the last test left: Chinese, at a desk.</summary>
    public async Task BeginAnew()
    {
        await Page.Context.ClearCookiesAsync(new BrowserContextClearCookiesOptions { Name = ".AspNetCore.Culture" });
        await Page.SetViewportSizeAsync(1440, 1000);
    }

    public async Task Go(string path)
    {
        var answer = await Page.GotoAsync(path);
        Assert.True(answer is { Ok: true }, $"{path} answered {answer?.Status}");
    }

    /// <summary>Clicks what leads to another page, and waits until that is there.</summary>
    public async Task Press(string selector)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Page.FrameNavigated += Arrived;
        try
        {
            await Page.Locator(selector).First.ClickAsync();
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            Page.FrameNavigated -= Arrived;
        }

        // Asked of the document itself: the load state of the frame may be missed when it changes in this very moment.
        await Page.WaitForFunctionAsync("() => document.readyState !== 'loading'");
        var complaints = await Page.Locator(".note[data-t=bad]:visible, .hint.bad:visible").AllInnerTextsAsync();
        var said = string.Join(" / ", complaints.Where(c => !string.IsNullOrWhiteSpace(c)));
        Assert.True(said.Length == 0, $"{Page.Url} after {selector}: {said}");

        void Arrived(object? sender, IFrame frame)
        {
            if (frame == Page.MainFrame) arrived.TrySetResult();
        }
    }

    public Task Fill(string selector, string text) => Page.Locator(selector).FillAsync(text);

    public Task Pick(string selector, string value) => Page.Locator(selector).SelectOptionAsync(value);

    /// <summary>Clicks the label of a radio button or a check box, as a hand does.</summary>
    public Task Tick(string input) => Page.Locator($"label:has({input})").First.ClickAsync();

    public Task Give(string selector, string name) =>
        Page.Locator(selector).SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/pdf", Buffer = Paper.Pdf(name) });

    public Task<string> Read(string selector) => Page.Locator(selector).First.InnerTextAsync();

    public async Task SignUp(string kind, string name, string uscc, string person, string email)
    {
        await Go("/sign-up");
        await Tick($"input[name=kind][value={kind}]");
        await Fill("#name", name);
        await Fill("#uscc", uscc);
        await Pick("#region", "330106");
        await Fill("#personName", person);
        await Fill("#email", email);
        await Fill("#password", Password);
        await Press("form:has(#uscc) button.primary");
    }

    /// <summary>An enterprise that a register abroad knows.</summary>
    public async Task SignUpAbroad(string name, string country, string number, string person, string email)
    {
        await Go("/sign-up");
        await Tick("input[name=kind][value=Enterprise]");
        await Fill("#name", name);
        await Tick("input[name=abroad][value=true]");
        await Pick("#country", country);
        await Fill("#registryNumber", number);
        await Fill("#personName", person);
        await Fill("#email", email);
        await Fill("#password", Password);
        await Press("form:has(#uscc) button.primary");
    }

    public async Task SignIn(string email)
    {
        await Go("/sign-in");
        await Fill("#email", email);
        await Fill("#password", Password);
        await Press("form:has(#password) button.primary");
        Assert.EndsWith("/desk", Page.Url, StringComparison.Ordinal);
    }

    /// <summary>Sets up an authenticator; from here on this session has shown its second factor.</summary>
    public async Task SetUpSecondFactor()
    {
        await Go("/account/second-factor");
        await Press("form[action*=Begin] button");
        await Fill("#code", CodeOf(await Read(".mono.key")));
        await Press("form[action*=Enable] button");
        await Assertions.Expect(Page.Locator("ol.recovery li")).ToHaveCountAsync(10);
    }

    private void Note(string? fault)
    {
        if (fault is null) return;
        lock (_faults) _faults.Add(fault);
    }

    /// <summary>RFC 6238 with what every authenticator takes: SHA-1, thirty seconds, six digits.</summary>
    private static string CodeOf(string base32)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var key = new List<byte>();
        var (bits, held) = (0, 0);
        foreach (var c in base32.ToUpperInvariant().Where(Alphabet.Contains))
        {
            (bits, held) = ((bits << 5) | Alphabet.IndexOf(c, StringComparison.Ordinal), held + 5);
            if (held < 8) continue;
            held -= 8;
            key.Add((byte)(bits >> held));
            bits &= (1 << held) - 1;
        }

        Span<byte> counter = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(counter, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // the standard's own hash
        var hash = HMACSHA1.HashData([.. key], counter);
#pragma warning restore CA5350
        var number = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", System.Globalization.CultureInfo.InvariantCulture);
    }
}
