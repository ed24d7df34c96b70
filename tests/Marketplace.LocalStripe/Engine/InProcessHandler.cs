using System.Net;
using System.Net.Http.Headers;

namespace Marketplace.StandIns.Engine;

/// <summary>Takes the requests of a client in this process, and gives up as a socket would when the connection drops.</summary>
internal sealed class InProcessHandler(Api api) : HttpMessageHandler
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var call = new Call(request.Method.Method, request.RequestUri!.AbsolutePath, request.RequestUri.Query, body)
        {
            Authorization = request.Headers.Authorization?.ToString(),
            Key = Header(request, "Idempotency-Key"),
            Version = Header(request, "Stripe-Version"),
            Account = Header(request, "Stripe-Account"),
        };
        // A client that gives up does not stop the work.
        var answer = await api.Handle(call).WaitAsync(cancellationToken) ?? throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { RequestMessage = request, Content = new ByteArrayContent(answer.Body) };
        response.Content.Headers.ContentType = JsonType;
        foreach (var (name, value) in answer.Headers(call)) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    private static string? Header(HttpRequestMessage request, string name) => request.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
