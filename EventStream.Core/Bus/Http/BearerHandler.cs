using System.Net.Http.Headers;

namespace EventStream.Bus.Http;

/// <summary>Shows the server who sends each request.</summary>
/// <param name="credential">Gives the key or token; null shows nothing.</param>
/// <param name="inner">Sends the request.</param>
internal sealed class BearerHandler(Func<CancellationToken, ValueTask<string>>? credential, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (credential is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await credential(cancellationToken).ConfigureAwait(false));
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
