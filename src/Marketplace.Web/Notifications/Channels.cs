using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Marketplace.Domain.Notifications;

namespace Marketplace.Notifications;

/// <summary>A message on its way to one person.</summary>
/// <param name="Id">The delivery's, the same at every attempt.</param>
/// <param name="Link">Where to read on in the market; null when the market does not know its own address.</param>
/// <param name="Foot">Why it comes and how to change that.</param>
public sealed record Outgoing(Guid Id, NoticeAddress To, NoticeWords Words, Uri? Link, string Foot)
{
    /// <summary>Title, text and link, for what has no subject line.</summary>
    public string Short => string.Join('\n', new[] { Words.Title, Words.Text, Link?.ToString() }.Where(part => !string.IsNullOrEmpty(part)));

    /// <summary>Without address and text.</summary>
    public override string ToString() => $"{nameof(Outgoing)} {Id}";
}

/// <summary>One way out of the market.</summary>
public interface INoticeChannel
{
    NoticeChannel Channel { get; }

    /// <summary>This market can send by it.</summary>
    bool IsConfigured { get; }

    /// <summary>One attempt. What the other side says is an answer; only a bug throws.</summary>
    Task<SendAnswer> Send(Outgoing message, CancellationToken cancellation);
}

/// <summary>企业微信 or 钉钉: a robot that a person set up in a group of theirs, at an address that person typed in.</summary>
public sealed class RobotChannel(NoticeChannel channel, IHttpClientFactory http, TimeProvider clock) : INoticeChannel
{
    public NoticeChannel Channel => channel;

    public bool IsConfigured => true;

    public async Task<SendAnswer> Send(Outgoing message, CancellationToken cancellation)
    {
        using var client = http.CreateClient(NoticeHttp.Outside);
        var url = new Uri(message.To.Address);
        using var request = new HttpRequestMessage(HttpMethod.Post, channel is NoticeChannel.DingTalk ? Robots.Signed(url, message.To.Secret, clock.GetUtcNow()) : url)
        {
            Content = NoticeHttp.Json(Robots.Body(message.Short)),
        };
        return await NoticeHttp.Ask(client, request, Robots.Read, clock, cancellation);
    }
}

/// <summary>A gateway of the market's own choice that takes JSON.</summary>
public sealed class SmsChannel(NoticeOptions options, IHttpClientFactory http, TimeProvider clock) : INoticeChannel
{
    public NoticeChannel Channel => NoticeChannel.Sms;

    public bool IsConfigured => options.SmsUrl is not null;

    public async Task<SendAnswer> Send(Outgoing message, CancellationToken cancellation)
    {
        using var client = http.CreateClient(NoticeHttp.Gateway);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.SmsUrl) { Content = NoticeHttp.Json(Robots.Sms(options.SmsTemplate, message.To.Address, message.Short)) };
        if (options.SmsHeader is { } header) request.Headers.TryAddWithoutValidation(header, options.SmsSecret);
        // The gateway keeps to HTTP: a status of 200 means taken.
        return await NoticeHttp.Ask(client, request, _ => SendAnswer.Sent, clock, cancellation);
    }
}

/// <summary>Programs that notices are posted to.</summary>
public static class NoticeHttp
{
    /// <summary>Addresses that people typed in: never into the market's own network, no redirects, no proxy.</summary>
    public const string Outside = "notices.outside";

    /// <summary>The market's own gateway, which may be its neighbour.</summary>
    public const string Gateway = "notices.gateway";

    public static void AddNoticeHttp(this IServiceCollection services)
    {
        foreach (var name in new[] { Outside, Gateway })
        {
            // An address in the log would tell who is reached where.
            services.AddHttpClient(name).RemoveAllLoggers()
                .ConfigureHttpClient((provider, client) => (client.Timeout, client.MaxResponseContentBufferSize) = (provider.GetRequiredService<NoticeOptions>().Patience, 64 * 1024))
                .ConfigurePrimaryHttpMessageHandler(provider => Handler(name == Outside, provider.GetRequiredService<NoticeOptions>()));
        }
    }

    public static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } };

    public static async Task<SendAnswer> Ask(HttpClient client, HttpRequestMessage request, ReadAnswer read, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            using var response = await client.SendAsync(request, cancellation);
            var after = response.Headers.RetryAfter switch
            {
                { Delta: { } wait } => wait,
                { Date: { } at } => at - clock.GetUtcNow(),
                _ => (TimeSpan?)null,
            };
            return Robots.OfStatus((int)response.StatusCode, after) ?? read(await response.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return SendAnswer.Again("timeout");
        }
        catch (HttpRequestException e)
        {
            return e.InnerException is ForbiddenAddressException ? SendAnswer.Never(ForbiddenAddressException.Code) : SendAnswer.Again($"http-{e.HttpRequestError}");
        }
    }

    public delegate SendAnswer ReadAnswer(ReadOnlySpan<byte> body);

    private static SocketsHttpHandler Handler(bool outside, NoticeOptions options)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !outside, ConnectTimeout = options.Patience, PooledConnectionLifetime = TimeSpan.FromMinutes(2) };
        if (outside) handler.ConnectCallback = (context, cancellation) => Connect(context.DnsEndPoint, options.AllowLoopback, cancellation);
        return handler;
    }

    /// <summary>
    /// Looks the name up and connects to exactly what was looked at: a name that answers differently a moment later gains
    /// nothing. One address inside is enough to refuse the name.
    /// </summary>
    private static async ValueTask<Stream> Connect(DnsEndPoint to, bool allowsLoopback, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(to.Host, cancellation);
        if (addresses.Length == 0 || Array.Exists(addresses, a => !OutsideAddress.IsPublic(a) && !(allowsLoopback && IPAddress.IsLoopback(a)))) throw new ForbiddenAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, to.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The name stands for an address inside.</summary>
public sealed class ForbiddenAddressException() : IOException("The address is not on the public internet.")
{
    public const string Code = "address-forbidden";
}
