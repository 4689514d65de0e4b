// Amounts, times and service types stand in nearly every call: whoever imports the client needs no second import.
@_exported public import RasidBase
