using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace EventStream.Api.Access.Tickets;

/// <summary>A copy in memory of the keys that seal tickets, for Data Protection, which reads and adds keys synchronously.</summary>
internal sealed class TicketRing : IXmlRepository
{
    private const string Application = "EventStream", Purpose = "EventStream.Ticket.v1";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _stored;
    private readonly List<string> _added = [];
    private readonly HashSet<Guid> _ids;
    private readonly Lazy<IDataProtector> _protector;
    private Task _saving = Task.CompletedTask;

    /// <summary>Takes the keys.</summary>
    /// <param name="stored">Each as XML.</param>
    /// <exception cref="System.Xml.XmlException">One is no XML.</exception>
    public TicketRing(IEnumerable<string> stored)
    {
        // A key whose write was repeated stands there twice, which Data Protection doesn't take.
        _stored = new HashSet<string>(stored, StringComparer.Ordinal);
        _ids = [.. _stored.Select(XElement.Parse).Select(IdOf).OfType<Guid>()];
        _protector = new Lazy<IDataProtector>(Protector);
    }

    public bool Knows(Guid id)
    {
        lock (_lock) return _ids.Contains(id);
    }

    /// <summary>Whether these are the keys that it has from the store.</summary>
    public bool Holds(IEnumerable<string> stored)
    {
        lock (_lock) return _stored.SetEquals(stored);
    }

    public byte[] Protect(byte[] content) => _protector.Value.Protect(content);

    public byte[] Unprotect(byte[] content) => _protector.Value.Unprotect(content);

    /// <summary>Writes the keys to the store that Data Protection has added.</summary>
    public async Task SaveAsync(TicketKeyStore store)
    {
        while (TryBeginSaving(store, out var saving)) await saving;
    }

    IReadOnlyCollection<XElement> IXmlRepository.GetAllElements()
    {
        lock (_lock) return [.. _stored.Concat(_added).Select(XElement.Parse)];
    }

    void IXmlRepository.StoreElement(XElement element, string friendlyName)
    {
        lock (_lock)
        {
            _added.Add(element.ToString(SaveOptions.DisableFormatting));
            if (IdOf(element) is { } id) _ids.Add(id);
        }
    }

    private static Guid? IdOf(XElement element) => element.Name == "key" && Guid.TryParse((string?)element.Attribute("id"), out var id) ? id : null;

    private bool TryBeginSaving(TicketKeyStore store, out Task saving)
    {
        lock (_lock)
        {
            if (_added.Count > 0 && _saving.IsCompleted) _saving = WriteAsync(store, _added[0]);
            saving = _saving;
            return _added.Count > 0;
        }
    }

    private async Task WriteAsync(TicketKeyStore store, string key)
    {
        // Not under the lock of its caller.
        await Task.Yield();
        await store.AddAsync(key);
        lock (_lock)
        {
            _added.Remove(key);
            _stored.Add(key);
        }
    }

    // Without a logger: the framework would log a stack trace for each ticket that it can't open.
    private IDataProtector Protector()
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName(Application);
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = this);
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector(Purpose);
    }
}
