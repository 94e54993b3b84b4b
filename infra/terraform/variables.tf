# What the module asks. Every parameter of the template can be given in `parameters`.

variable "name" {
  description = "Name of the stack: lower case letters, digits and hyphens, at most 35."
  type        = string
  default     = "rollcall"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,34}$", var.name))
    error_message = "The name becomes part of the bucket's name: lower case letters, digits and hyphens, at most 35."
  }
}

variable "release" {
  description = "Folder of the unpacked release, as ./rollcall-1.2.3. Its name must stay as it is."
  type        = string
}

variable "code_bucket" {
  description = "A bucket of yours in the same region, into which the release is uploaded."
  type        = string
}

variable "code_prefix" {
  description = "Folder in that bucket, with a slash behind it; may be left empty."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^([^/].*/)?$", var.code_prefix))
    error_message = "The folder ends with a slash, or is left empty."
  }
}

variable "jwt_issuer" {
  description = "Issuer of the tokens that the HTTP API accepts (https)."
  type        = string
}

variable "jwt_audience" {
  description = "Audience that a token must name."
  type        = string
}

variable "parameters" {
  description = "Other parameters of the template, by their names, as { ScheduleState = \"DISABLED\" }."
  type        = map(string)
  default     = {}
}

variable "tags" {
  description = "Tags of the stack and of what is in it."
  type        = map(string)
  default     = {}
}
