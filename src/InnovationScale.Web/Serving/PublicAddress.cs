using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace InnovationScale.Serving;

/// <summary>Addresses of this site for mails and consoles, made from the settings: a request could say that the host is anything.</summary>
public sealed class PublicAddress(ServerOptions options, IServer server)
{
    /// <summary>The site itself.</summary>
    public Uri Site => new(Of(""));

    /// <param name="path">Without a slash before it.</param>
    public string Of(string path) => $"{(options.PublicUrl ?? server.Features.Get<IServerAddressesFeature>()!.Addresses.First()).TrimEnd('/')}/{path}";
}
