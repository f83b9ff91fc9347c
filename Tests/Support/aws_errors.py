"""AWS's error answers: JSON and XML, with the status and the words that AWS uses."""

import json
from xml.sax.saxutils import escape

from .loopback import Reply

#: Status and message by code. ECR and the other JSON services say 400 to almost everything, STS
#: says 403 to whoever it does not let in.
_JSON = {
    "AccessDeniedException": (400, "User: arn:aws:iam::123456789012:user/stranger is not"
                              " authorized to perform: ecr:GetAuthorizationToken on resource: *"
                              " because no identity-based policy allows the"
                              " ecr:GetAuthorizationToken action"),
    "ExpiredTokenException": (400, "The security token included in the request is expired"),
    "IncompleteSignatureException": (400, "Authorization header requires 'Credential' parameter."),
    "InvalidParameterException": (400, "Invalid parameter at 'registryIds' failed to satisfy"
                                  " constraint: 'must satisfy regular expression '[0-9]{12}''"),
    "InvalidSignatureException": (400, "The request signature we calculated does not match the"
                                  " signature you provided. Check your AWS Secret Access Key and"
                                  " signing method. Consult the service documentation for"
                                  " details."),
    "MissingAuthenticationTokenException": (400, "Missing Authentication Token"),
    "OptInRequired": (403, "The AWS Access Key Id needs a subscription for the service"),
    "ServerException": (500, "These errors are usually caused by a server-side issue."),
    "ServiceUnavailable": (503, "The service is unavailable."),
    "ThrottlingException": (400, "Rate exceeded"),
    "TooManyRequestsException": (429, "Rate exceeded"),
    "UnauthorizedException": (401, "Session token not found or invalid"),
    "UnrecognizedClientException": (400, "The security token included in the request is invalid."),
    "UnsupportedCommandException": (400, "This command is not supported in this Region."),
}
_XML = {
    "AccessDenied": (403, "User: arn:aws:iam::123456789012:user/stranger is not authorized to"
                     " perform: sts:AssumeRole on resource:"
                     " arn:aws:iam::123456789012:role/deployer"),
    "ExpiredToken": (403, "The security token included in the request is expired"),
    "ExpiredTokenException": (400, "Token expired: current date/time 1763726400 must be before the"
                              " expiration date/time1763722800"),
    "IDPCommunicationError": (400, "Could not connect to the identity provider"),
    "InvalidClientTokenId": (403, "The security token included in the request is invalid."),
    "InvalidIdentityToken": (400, "No OpenIDConnect provider found in your account for"
                             " https://idp.example"),
    "RegionDisabledException": (403, "STS is not activated in this region for"
                                " account:123456789012."),
    "SignatureDoesNotMatch": (403, "The request signature we calculated does not match the"
                              " signature you provided. Check your AWS Secret Access Key and"
                              " signing method. Consult the service documentation for details."),
    "Throttling": (400, "Rate exceeded"),
    "ValidationError": (400, "1 validation error detected"),
}


def json_error(code, message=None, status=None, content_type="application/x-amz-json-1.1"):
    """As the JSON services answer, ECR among them; a code that is not known needs a message."""
    usual, words = _JSON.get(code, (400, message))
    body = {"__type": code, "message": message or words}
    return Reply(status or usual, json.dumps(body).encode(), {
        "Content-Type": content_type, "x-amzn-RequestId": "00000000-0000-4000-8000-000000000000"})


def xml_error(code, message=None, status=None):
    """As STS answers."""
    usual, words = _XML.get(code, (400, message))
    status = status or usual
    kind = "Sender" if status < 500 else "Receiver"
    body = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <Error>\n'
        f"    <Type>{kind}</Type>\n    <Code>{code}</Code>\n"
        f"    <Message>{escape(message or words or code)}</Message>\n  </Error>\n"
        "  <RequestId>00000000-0000-4000-8000-000000000000</RequestId>\n</ErrorResponse>\n")
    return Reply(status, body.encode(), {"Content-Type": "text/xml"})


def oauth_error(error, code, description):
    """As SSO-OIDC answers: the code is in a header only."""
    body = {"error": error, "error_description": description}
    return Reply(400, json.dumps(body).encode(), {
        "Content-Type": "application/json",
        "x-amzn-ErrorType": f"{code}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/"})
